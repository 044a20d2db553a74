"""The walk: what each part of the story does, in order, and the story's beginning and end."""

import sys
import time
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import httpx

from services import local
from services.demo import civil, opening, outward, proving
from services.demo.api import Api, Off
from services.demo.story import Story

# The case of the last walk in this process, for whoever prints where to look.
LAST: dict[str, str] = {}

LEGEND = """\
  R        Rules for Public Interest Litigation 人民检察院公益诉讼办案规则, by article
  J        Joint Interpretation on procuratorial public interest litigation 检察公益诉讼司法解释
  SUG      Provisions on procuratorial suggestions 人民检察院检察建议工作规定
  PIPL     Personal Information Protection Law 个人信息保护法
  Notice   the Supreme Procuratorate's notice of 21 August 2021
  casebridge ...   a rule of this system, no law
  T4, I3, ...      a row of the table of time limits: T statutory, I internal
  330106-ga, -wx   agencies: public security, cyberspace; [330106-ga] is what its own system prints"""

PARTS: tuple[Callable[[Story], Awaitable[None]], ...] = (
    opening.prepare,
    opening.register,
    opening.assess_and_open,
    opening.serve_decision,
    opening.take_up,
    opening.assign,
    opening.supervise,
    outward.file_list,
    outward.hand_over_to_police,
    outward.hand_over_to_cyberspace,
    outward.suggest,
    outward.serve,
    outward.report_for_record,
    outward.reply_on_paper,
    outward.judge,
    outward.report_to_superior,
    outward.end,
    civil.handle,
    proving.inbox,
    proving.who_sees_what,
    proving.deliveries,
    proving.receipts,
    proving.timeline,
)


async def main(url: str, receiver: str | None = None) -> int:
    """Walk the whole story; 0 when everything was as it should be, 1 with the reason when not."""
    began = time.monotonic()
    async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as http:
        story = Story(Api(http, local.folder()), receiver)
        print(f"The main job, through the public API of {urlsplit(url).netloc}\n\n{LEGEND}", flush=True)
        try:
            for part in PARTS:
                await part(story)
        except httpx.ConnectError:
            print(
                f"\nOFF: nothing answers at {url}; `make run` starts everything", file=sys.stderr, flush=True
            )
            return 1
        except (Off, httpx.HTTPError, KeyError, OSError) as exc:
            print(f"\nOFF: {exc or type(exc).__name__}", file=sys.stderr, flush=True)
            return 1
    LAST["case"] = story.case["id"]
    print(f"\nThe walk is green: {story.count} steps in {time.monotonic() - began:.1f} s.", flush=True)
    return 0
