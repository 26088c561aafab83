"""Words of the bilingual room: parts, languages, statuses, deeds, refusals."""

from django.utils.translation import gettext_lazy as _

PARTS: dict[str, object] = {
    "interface": _("界面"),
    "guides": _("办事指南"),
    "letters": _("文书"),
    "signs": _("标识牌"),
}

LANGUAGES: dict[str, object] = {"bo": _("藏文"), "ii": _("彝文")}  # as written
SPEECH: dict[str, object] = {"bo": _("藏语"), "ii": _("彝语")}  # as spoken

STANDINGS: dict[str, object] = {
    "approved": _("已审定"),
    "reviewed": _("已审校"),
    "draft": _("译稿"),
    "stale": _("中文已改"),
    "untranslated": _("待译"),
    "withdrawn": _("已撤回"),
}
TONES = {"approved": "done", "reviewed": "brand", "draft": "plain", "stale": "due", "untranslated": "plain"}

# Past tense, for the record and what a page says after a deed.
DONE: dict = {
    "write": _("译稿已保存，等待另一人审校。"),
    "review": _("已审校，等待第三人审定。"),
    "return": _("已退回译员。"),
    "approve": _("已审定，门户立即显示。"),
    "withdraw": _("已撤回。"),
}

REFUSALS: dict[str, tuple] = {
    "message_unknown": (_("没有找到这条文字。"), _("请从列表中打开。")),
    "translation_unknown": (_("没有找到这条译文。"), _("请从列表中打开。")),
    "translation_not_open": (_("这条译文现在不能这样处理。"), _("请刷新页面，查看它的状态。")),
    "translation_moved": (_("译文在您打开之后又改动了。"), _("请看过新的译文再决定。")),
    "own_translation": (
        _("翻译、审校、审定须由三个人分别完成。"),
        _("请由没有经手过这条译文的人办理。"),
    ),
    "language_not_attested": (
        _("您没有这种语言的文字翻译认定。"),
        _("请由系统管理员登记认定文件后再办理。"),
    ),
    "translation_empty": (_("没有填写译文。"), _("请填写译文；没有把握的，请保持待译。")),
    "translation_too_long": (_("译文超过 {most} 个字符。"), _("请缩短。")),
    "translation_unvouched": (_("没有写明译文来源。"), _("请写明由谁翻译或者引自哪里，至少四个字。")),
    "translation_unreadable": (_("译文含有不可见的字符。"), _("请重新输入。")),
    "translation_not_in_script": (_("译文中没有这种语言的文字。"), _("请用这种语言的文字填写。")),
    "placeholders_differ": (
        _("译文中的占位符与中文不一致。"),
        _("请原样保留：{expected}"),
    ),
    "markup_differs": (_("译文含有中文没有的标记或符号。"), _("请去掉尖括号、引号和百分号。")),
    "wording_gone": (_("中文已经改动，这条译文不再对应。"), _("请按新的中文重新翻译。")),
    "reason_missing": (_("没有写明理由。"), _("请写明理由，译员据此修改。")),
    "sign_unknown": (_("没有这种标识牌。"), _("请从列表中选择。")),
    "sign_untranslated": (
        _("标识牌上有 {count} 处文字还没有审定的译文。"),
        _("审定后才能打印；请先翻译。"),
    ),
}

STATUS: dict[str, int] = {
    "message_unknown": 404,
    "translation_unknown": 404,
    "sign_unknown": 404,
    "own_translation": 403,
    "language_not_attested": 403,
    "translation_not_open": 409,
    "translation_moved": 409,
    "wording_gone": 409,
    "sign_untranslated": 409,
}
