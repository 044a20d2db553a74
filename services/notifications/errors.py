"""The refusals of this service."""

from shared.problems import Refusal


class AddressRefused(Refusal):
    """We do not call that address."""

    status = 422
    zh = "该地址不允许作为推送目标"


class SecretRefused(Refusal):
    """A secret is whsec_ and the base64 of 24 to 64 bytes."""

    status = 422
    zh = "密钥格式须为 whsec_ 加 24 至 64 字节的 base64"


class FilterRefused(Refusal):
    """The filter names an event type that is never sent to an organisation of this kind."""

    status = 422
    zh = "筛选条件包含不向该类单位推送的事件类型"


class SecretsNotKept(Refusal):
    """This installation has no key under which to keep secrets; our Ed25519 signature is always there."""

    zh = "本系统未配置密钥保管，请使用 Ed25519 签名验证"


class AlreadyVerified(Refusal):
    """The endpoint has answered its challenge already."""

    zh = "该接收端已通过验证"


class AlreadyDisabled(Refusal):
    """The endpoint is disabled already."""

    zh = "该接收端已停用"


class TooManyEndpoints(Refusal):
    """The organisation has as many endpoints as this system keeps for one."""

    zh = "该单位的接收端数量已达上限"


class NothingToRetry(Refusal):
    """Only a delivery whose tries are used up can be tried again."""

    zh = "仅可重试已用尽次数的投递"


class NothingToSkip(Refusal):
    """Only a delivery that its lane waits for can be passed over."""

    zh = "仅可跳过阻塞中的投递"


class MailNotSent(Refusal):
    """This installation sends no e-mail; the inbox and the digests are always there."""

    zh = "本系统未启用电子邮件，请使用收件箱和日报周报"


class TooManyMailAddresses(Refusal):
    """The office has as many mail addresses as this system keeps for one."""

    zh = "该单位的邮箱数量已达上限"


class MailAddressOver(Refusal):
    """Nothing is sent to this address any more."""

    zh = "该邮箱已停用"
