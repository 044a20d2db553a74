"""Refusals about persons: recusal, delegation, the team, reporters, limits that an office sets."""

from typing import ClassVar

from shared.problems import Refusal


class OwnRecusal(Refusal):
    """Nobody decides on their own recusal."""

    zh = "不得决定本人的回避"


class AlreadyRecused(Refusal):
    """This person is recused already."""

    zh = "该人员已经回避"


class RecusalPending(Refusal):
    """The recusal of this person has been asked for already and waits for its decision."""

    zh = "对该人员的回避申请尚未作出决定"


class RecusalDoesNotFit(Refusal):
    """The decision does not fit the request that it names."""

    zh = "该决定与所列回避申请不符"


class ReviewNotOpen(Refusal):
    """A decision on a recusal is reviewed once, after it was made and the review was asked for."""

    zh = "回避决定仅可在作出后复议一次"


class LimitOfTheLaw(Refusal):
    """This limit is the law's; an office sets limits only where the law has none."""

    zh = "该期限由法律规定，不得另行设定"


class ActNotDelegable(Refusal):
    """Only acts that the chief decides can be delegated by the chief."""

    zh = "仅检察长决定的事项可以授权"


class DelegationOver(Refusal):
    """This delegation is over already."""

    zh = "该授权已终止"


class TeamNotLawful(Refusal):
    """A matter needs one prosecutor, or a team of several with exactly one of them in charge."""

    zh = "案件应由一名检察官办理，或者由两名以上检察官组成办案组并指定一名主办检察官"


class CallUpNeeded(Refusal):
    """Staff of another office join the team by a written call-up order alone."""

    zh = "其他检察院人员须经书面调用决定方可参加办案组"


class NotInTeam(Refusal):
    """No such member is in the team of this matter now, or not one whom the chief may let go."""

    zh = "该人员现不在本案办案组"


class InTeamAlready(Refusal):
    """This person is in the team of this matter already."""

    zh = "该人员已在本案办案组"


class IdentitiesNotKept(Refusal):
    """This installation has no key under which to keep a reporter's identity."""

    zh = "本系统未配置密钥保管，不能保存举报人身份"


class IdentityUnreadable(Refusal):
    """What is kept cannot be opened: its key is not held here, or it is not what was sealed."""

    zh = "举报人身份无法解密：本系统没有相应密钥，或者内容已被改动"


class ReporterIsKept(Refusal):
    """The reporter of this lead is kept already; only a person named to read it may replace it."""

    zh = "举报人身份已经保存，仅经指定的人员可以更正"


class NotNamedToRead(Refusal):
    """The reporter's identity is read only by persons whom the chief has named for this lead."""

    status: ClassVar[int] = 403
    zh = "举报人身份仅限检察长指定的人员查阅"


class NobodyNamed(Refusal):
    """This person is not named to read it; there is nothing to withdraw."""

    zh = "该人员未被指定，无需撤销"


class KnownAlready(Refusal):
    """You may know of this matter; there is no glass to break."""

    zh = "您已有权查阅本案，无须紧急查阅"


class GlassReviewedAlready(Refusal):
    """This use was reviewed already."""

    zh = "该次紧急查阅已经复核"
