"""What this service can be told; the frame's own settings stand in `shared/settings.py`."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import FrameSettings


class ReferralsSettings(FrameSettings):
    """Settings of `referrals`, read from the environment with the prefix REFERRALS_."""

    model_config = SettingsConfigDict(env_prefix="REFERRALS_")

    confirmation_seconds: float = Field(
        1.0, ge=0, le=10, description="how long a receipt waits for the order to be confirmed by cases"
    )
    ticket_seconds: int = Field(60, ge=5, le=600, description="how long a document ticket can be used")
