"""Lint of who must sign an application beside the applicant: the form says who that is."""

from collections.abc import Iterator

from tongban.catalogue.rules.guide import FieldKind, Guide
from tongban.catalogue.rules.lint.finding import Fault, said
from tongban.catalogue.rules.signers import SIGNED_BY, name_codes


def signers(guide: Guide) -> Iterator[Fault]:
    """Each signer is named by a field for an ID number, with a field for the name beside it, once.

    Basis: 市场主体登记管理条例 Art 15, 16 (who signs is verified by real name).
    """
    known = {field.code: section for section in guide.form for field in section.fields}
    for code in dict.fromkeys(guide.signers):
        section = known.get(code)
        kinds = {field.code: field.kind for field in section.fields} if section else {}
        if kinds.get(code) is not FieldKind.ID_NUMBER or not code.endswith(SIGNED_BY):
            yield said(
                f"signers.{code}",
                f"应当是表单中的身份证号码字段，编码以 {SIGNED_BY} 结尾",
                f"Must be a field of the form for an ID number, with a code that ends in {SIGNED_BY}",
            )
        elif not {name for name in name_codes(code) if kinds.get(name) is FieldKind.TEXT}:
            yield said(
                f"signers.{code}",
                "同一节中没有这个人的姓名字段",
                "The section has no field for this person's name",
            )
        if guide.signers.count(code) > 1:
            yield said(f"signers.{code}", "重复列出", "Named twice")
