"""Words of the connectors room: refusals, and why a message was not taken."""

from django.utils.translation import gettext_lazy as _

REFUSALS: dict[str, tuple] = {
    "message_unsigned": (_("消息没有签名。"), _("请按对接规范附上三个 webhook 签名请求头。")),
    "message_signature_stale": (
        _("签名时间与本系统相差 {seconds} 秒。"),
        _("请校准时钟，每次发送都重新签名；允许相差 5 分钟。"),
    ),
    "message_signature_wrong": (
        _("签名不正确，或者发送方没有登记。"),
        _("请用登记的密钥对原始字节签名；更换密钥请先联系系统管理员。"),
    ),
    "message_too_large": (_("消息超过 {most} 字节。"), _("请精简内容，文件请另行传送。")),
    "message_malformed": (_("消息不符合对接规范：{at}"), _("请按对接规范改正后重新发送。")),
    "message_misaddressed": (
        _("消息的发送方、接收方或编号与地址和签名不一致。"),
        _("请核对 sender、receiver 和 id。"),
    ),
    "reply_to_unknown": (_("没有发出过编号为 {id} 的消息。"), _("请核对 in_reply_to 和 subject。")),
    "message_id_reused": (
        _("编号 {id} 已用于另一条内容不同的消息。"),
        _("新的内容请使用新的编号；重发须逐字节相同。"),
    ),
    "connector_message_unknown": (_("没有找到这条消息。"), _("请从对接情况页面重新打开。")),
    "message_settled": (_("这条消息已经送达或者已经放弃。"), _("请刷新页面查看。")),
    "message_not_failed": (
        _("这条消息还在自动重试。"),
        _("只有投递失败的消息可以放弃；需要马上再试请点“重新发送”。"),
    ),
    "give_up_reason_missing": (_("没有写明放弃的理由。"), _("请写明理由，至少五个字。")),
    "directory_unreadable": (_("对接目录无法读取：{at}"), _("请运维人员改正目录文件；消息不会丢失。")),
}

# HTTP status where it is not 422.
STATUS: dict[str, int] = {
    "message_unsigned": 401,
    "message_signature_stale": 401,
    "message_signature_wrong": 401,
    "message_too_large": 413,
    "connector_message_unknown": 404,
    "message_settled": 409,
    "message_not_failed": 409,
    "message_id_reused": 409,
    "directory_unreadable": 503,
}

# Why there was no answer, or why the answer does not count; a receiver's own codes are shown as they are.
PROBLEMS: dict[str, object] = {
    "invalid": _("内容不合要求"),
    "body_unreadable": _("消息内容无法解密"),
    "no_address": _("对接目录中没有这个单位"),
    "not_reached": _("无法连接"),
    "no_answer_in_time": _("超时未应答"),
    "broken_off": _("连接中断"),
    "message_unsigned": _("应答没有签名"),
    "message_signature_stale": _("应答的签名时间不对"),
    "message_signature_wrong": _("应答的签名不正确"),
    "reply_to_unknown": _("应答指向另一条消息"),
    "message_id_reused": _("应答重复使用编号"),
    "message_malformed": _("应答不符合对接规范"),
    "message_misaddressed": _("应答的收发方不一致"),
}


def problem(code: str) -> object:
    """A problem's code in words; what has none is shown as it is."""
    return PROBLEMS.get(code, code)


EVENTS: dict[str, object] = {
    "message_sent": _("向外部单位发出消息"),
    "message_accepted": _("外部单位已收下消息"),
    "message_failed": _("消息投递失败"),
    "message_resent": _("重新发送消息"),
    "message_given_up": _("放弃发送消息"),
    "message_received": _("收到外部单位的消息"),
}
