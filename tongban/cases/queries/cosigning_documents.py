"""Co-signatures as the API tells them."""

from collections.abc import Iterable
from datetime import date

from tongban.cases.models import CoSignature
from tongban.cases.queries import applications, cosigning
from tongban.people.rules import Caller


def waiting(caller: Caller, on: date) -> list[dict]:
    """What waits for the caller's signature: who applies for what, in which capacities the caller signs, the answers
    in words, the files by their digests.
    """
    return [
        {
            "draft": one.found.draft.pk,
            "name": one.found.subject.name,
            "applicant": one.found.draft.party.name,
            "capacities": one.mine.capacities,
            "signed_before": one.mine.standing.void > 0,
            "answers": [
                {
                    "title": group["section"].title,
                    "rows": [
                        {"label": row["field"].label, "answer": applications.joined(_words(row))}
                        for row in group["rows"]
                    ],
                }
                for group in one.answers
            ],
            "files": [
                {"material": file.material, "name": file.name, "sha256": file.digest}
                for file in one.found.uploads
            ],
            "digest": one.digest,
        }
        for one in cosigning.documents(caller, on)
    ]


def _words(row: dict) -> list:
    return [word.name if row["field"].kind == "file" else word for word in row["words"]]


def document(made: CoSignature) -> dict:
    """A co-signature given."""
    return {
        "draft": made.draft_id,
        "name": made.name,
        "capacities": made.capacities,
        "method": made.method,
        "digest": made.digest,
        "signed_at": made.signed_at,
    }


def signers(lines: Iterable[cosigning.Line]) -> list[dict]:
    """Who must sign a draft beside its applicant, as the applicant reads it."""
    return [
        {
            "name": line.named.name,
            "capacities": line.capacities,
            "signed_at": line.standing.signed_at,
            "waits": line.waits,
            "by_guardian": line.minor,
        }
        for line in lines
    ]
