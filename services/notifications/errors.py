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


class NothingToAsk(Refusal):
    """An endpoint that only fetches has no address to which a message could go."""

    zh = "仅供拉取的接收端没有可推送的地址"


class NotPaused(Refusal):
    """Only an active endpoint can be paused, and only a paused or disabled one resumed."""

    zh = "仅可暂停启用中的接收端，仅可恢复已暂停或停用的接收端"


class CeilingTooHigh(Refusal):
    """An endpoint is told of matters classified no higher than who registers it may read."""

    status = 422
    zh = "接收端密级上限不得高于登记人的密级"


class PayloadRefused(Refusal):
    """Agencies are sent identifiers and a link; what they may read they fetch, and that is recorded."""

    status = 422
    zh = "机关接收端仅推送标识与链接，内容凭链接读取"


class ExpiryTooLate(Refusal):
    """An endpoint is confirmed for a year at most, from today on."""

    status = 422
    zh = "接收端有效期自今日起最长一年"


class CertificateRefused(Refusal):
    """A certificate and its key are PEM and belong together; an authority is one or more PEM certificates."""

    status = 422
    zh = "证书、私钥须为 PEM 格式且相互匹配"


class ReplayTooLarge(Refusal):
    """A replay names one event, or a span with an end not before its beginning."""

    status = 422
    zh = "重放须指明一个事件或起止有效的时间范围"


class NothingToCommit(Refusal):
    """A commit names a position that the feed has reached, not before the last one committed."""

    zh = "提交的位置须已产生且不早于上次提交"


class EndpointNotActive(Refusal):
    """A feed is read and committed while its endpoint is active."""

    zh = "接收端未启用，暂不能拉取或提交"


class NotDelivered(Refusal):
    """A receipt is given for a delivery that was taken."""

    zh = "仅对已送达的投递出具回执"


class AlreadyDisabled(Refusal):
    """The endpoint is disabled already."""

    zh = "该接收端已停用"


class TooManyEndpoints(Refusal):
    """The organisation has as many endpoints as this system keeps for one."""

    zh = "该单位的接收端数量已达上限"


class NothingToRetry(Refusal):
    """The message is on its way already: only one that is not can be sent again."""

    zh = "该消息正在投递中，无需重发"


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
