"""Words for what can be wrong with a proof."""

from django.utils.translation import gettext_lazy as _

PROBLEMS: dict[str, object] = {
    "proof_unreadable": _("这不是一份完整的证明：请上传或粘贴下载的整份 JSON。"),
    "proof_too_large": _("文件太大：一份证明不超过 1 MB，请上传下载的那份 JSON。"),
    "format_unknown": _("证明的格式版本无法识别。"),
    "note_unreadable": _("证明中的检查点无法识别。"),
    "signature_missing": _("检查点没有本记录的签名。"),
    "signature_wrong": _("检查点的签名不正确，证明不可信。"),
    "hash_differs": _("证明使用的摘要算法与本记录不一致。"),
    "key_differs": _("证明中的公钥不是本记录的公钥。"),
    "not_included": _("内容与记录不符：事项内容可能被改动。"),
}
