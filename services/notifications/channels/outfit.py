"""What the settings give the way out: its policy, its signing keys, its vault."""

from services.notifications.channels.signing import Signer, SigningKey
from services.notifications.rules.egress import Approval, HostPort, Policy
from services.notifications.settings import NotificationsSettings
from shared.identity import read_key
from shared.service import Frame
from shared.vault import Vault


def policy_of(settings: NotificationsSettings) -> Policy:
    """Whom this installation may call; ValueError when an entry cannot be read."""
    return Policy(
        ports=frozenset(settings.egress_ports),
        approvals=tuple(Approval.parse(text) for text in settings.egress_private),
        allowed=frozenset(HostPort.parse(text) for text in settings.egress_allow),
    )


def signer_of(frame: Frame) -> Signer:
    """Our signing key, and a second one while keys change."""
    keys = [SigningKey.of(frame.signing_key)]
    if second := frame.settings.second_signing_key_file:
        keys.append(SigningKey.of(read_key(second)))
    return Signer(keys)


def vault_of(settings: NotificationsSettings) -> Vault | None:
    """Where receivers' secrets are kept, if this installation has a key for it."""
    return Vault.of(settings.vault_keys)
