"""The main job, played through the server's own API and checked at each step: one food business licence."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from django.conf import settings

from config import demo
from config.story.actors import Actor, expect, page, wait
from tongban.kit import signing
from tongban.kit.hashing import hasher
from tongban.record import rules as record_rules

TITLE = "一份食品经营许可（新办），从申请到可核验的许可证"
ITEM = "000131001000"  # 食品经营许可(新办)
MISSING = "layout_flow_chart"
CAST = {
    "applicant": ("wang_xiaomei", ("items:read", "cases:read", "cases:submit", "record:read")),
    "clerk": ("yucheng_clerk", ("cases:read", "cases:write")),
    "examiner": ("yucheng_examiner", ("cases:read", "cases:write")),
    "approver": ("yucheng_approver", ("cases:read", "cases:write")),
    "deliverer": ("yucheng_delivery", ("cases:read", "cases:write")),
}


class LicenceStory:
    """One application from a person to a delivered, signed, provable licence."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.people = {role: Actor(url, username, scopes) for role, (username, scopes) in CAST.items()}
        self.case_no = ""
        self.facts: dict[str, str] = {}

    @property
    def address(self) -> str:
        """Where the applicant follows it."""
        return f"{self.url}/my/cases/{self.case_no}/"

    def steps(self) -> Iterator[tuple[str, Callable[[], str]]]:
        """The story's steps in order: words and the work, which returns what was seen."""
        yield "王晓梅搜索“开餐馆”，找到食品经营许可", self.search
        yield "填写申请，缺“布局和操作流程图”即提交，取得编号", self.submit
        yield "受理员认领并核对，一次性告知缺少的材料", self.notify
        yield "王晓梅补正", self.correct
        yield "受理员受理，办结时限开始计算", self.accept
        yield "审查员完成书面审查和两人现场核查", self.examine
        yield "审查员不能自己作决定：系统拒绝", self.refuse_examiner
        yield "审批人准予", self.grant
        yield "签发决定书和许可证 PDF，电子签章核验有效", self.licence
        yield "登记送达", self.deliver
        yield "公共记录中的存证证明离线核验通过", self.prove

    def search(self) -> str:
        found = self.people["applicant"].get("/items?q=开餐馆")["items"]
        expect(any(result["base_code"] == ITEM for result in found), "the search did not find the item")
        self.guide = self.people["applicant"].get(f"/items/{ITEM}")
        return f"{len(found)} 个结果"

    def submit(self) -> str:
        applicant = self.people["applicant"]
        at = next(row for row in self.guide["implementations"] if row["division"] == demo.COUNTY)
        body = {
            "task_code": at["task_code"],
            "party": demo.company(),
            "situation": demo.situation(self.guide["guide"]["questions"]),
        }
        draft = applicant.post("/drafts", body)
        applicant.put(f"/drafts/{draft['id']}/form", {"answers": demo.answers(draft["sections"])})
        given = [
            part
            for part in draft["materials"]
            if part["source"] not in {"shared", "form"} and part["code"] != MISSING
        ]
        for part in given:
            applicant.give(
                f"/drafts/{draft['id']}/materials/{part['code']}", f"{part['code']}.png", page(part)
            )
        receipt = applicant.post(
            f"/drafts/{draft['id']}/submission", headers={"Idempotency-Key": draft["id"]}
        )
        again = applicant.post(f"/drafts/{draft['id']}/submission", headers={"Idempotency-Key": draft["id"]})
        expect(receipt["case_no"] == again["case_no"], "a repeated submission made another case")
        self.case_no = receipt["case_no"]
        return f"{self.case_no}  查询码 {receipt['query_code']}"

    def notify(self) -> str:
        clerk = self.people["clerk"]
        clerk.post(f"/cases/{self.case_no}/claim")
        body = {
            "defects": [{"material": MISSING, "defect": "missing"}],
            "correct_by": (date.today() + timedelta(days=30)).isoformat(),  # noqa: DTZ011
        }
        answer = clerk.post(f"/cases/{self.case_no}/correction-notice", body)
        expect(answer["stage"] == "correcting", "the case is not waiting for a correction")
        return self._letter("correction_notice")

    def correct(self) -> str:
        applicant = self.people["applicant"]
        scan = page({"code": MISSING})
        applicant.give(f"/cases/{self.case_no}/materials/{MISSING}", "layout.png", scan)
        answer = applicant.post(f"/cases/{self.case_no}/correction")
        expect(answer["stage"] == "received", "the correction was not received")
        return "已补正"

    def accept(self) -> str:
        self.people["clerk"].post(f"/cases/{self.case_no}/acceptance")
        case = self.people["applicant"].get(f"/cases/{self.case_no}")
        expect(case["stage"] == "handling" and case["clock"] is not None, "the clock did not start")
        return f"承诺 {case['clock']['promised']['amount']} 个工作日，{case['clock']['promised_due'][:10]} 前办结"

    def examine(self) -> str:
        examiner = self.people["examiner"]
        done = []
        while open_now := [step for step in examiner.get(f"/cases/{self.case_no}")["steps"] if step["open"]]:
            step = open_now[0]
            body = {"passed": True, "opinion": "符合条件", "officers": []}
            if step["kind"] == "survey":
                body["officers"] = ["李敏", "周强"]
            examiner.post(f"/cases/{self.case_no}/steps/{step['code']}", body)
            done.append(step["name"]["zh"])
        expect(bool(done), "there was nothing to examine")
        return "、".join(done)

    def refuse_examiner(self) -> str:
        answer = self.people["examiner"].http.post(f"/cases/{self.case_no}/grant", json={})
        expect(answer.status_code == 403, "an examiner could decide")
        return answer.json()["title"]

    def grant(self) -> str:
        answer = self.people["approver"].post(f"/cases/{self.case_no}/grant", {"opinion": "同意"})
        expect(answer["stage"] == "granted", "the case was not granted")
        return "准予"

    def licence(self) -> str:
        words = self._letter("licence")
        root = signing.root_certificate(settings.VAR_DIR / "keys" / "seals")
        letters = self.people["applicant"].get(f"/cases/{self.case_no}/letters")["letters"]
        for letter in letters:
            pdf = self.people["applicant"].http.get(letter["pdf"].removeprefix("/api")).content
            verdict = signing.verify_pdf(pdf, root=root)
            expect(verdict.valid, f"the signature of {letter['number']} is not valid: {verdict.problems}")
        return f"{words}；{len(letters)} 份文书签章有效"

    def deliver(self) -> str:
        body = {"method": "electronic", "recipient": "王晓梅"}
        answer = self.people["deliverer"].post(f"/cases/{self.case_no}/delivery", body)
        expect(answer["stage"] == "delivered", "the case was not delivered")
        return "电子送达"

    def prove(self) -> str:
        timeline = self.people["applicant"].get(f"/cases/{self.case_no}/timeline")["events"]
        granted = next(event for event in timeline if event["kind"] == "granted")
        path = f"/cases/{self.case_no}/proofs/{granted['position']}"
        proof = wait(lambda: self._proof(path), "the decision was not sealed into the record")
        problems = record_rules.verify_proof(proof, hasher(proof["hash"]))
        expect(not problems, f"the proof does not verify: {problems}")
        return f"{len(timeline)} 条记录，决定为第 {granted['position']} 条"

    def _proof(self, path: str) -> dict | None:
        answer = self.people["applicant"].http.get(path)
        return answer.json() if answer.is_success else None

    def _letter(self, kind: str) -> str:
        """Wait for the letter of `kind`; its number."""

        def look() -> str | None:
            letters = self.people["applicant"].get(f"/cases/{self.case_no}/letters")["letters"]
            return next((letter["number"] for letter in letters if letter["kind"] == kind), None)

        return wait(look, f"the letter {kind} was not issued")

    def close(self) -> None:
        for actor in self.people.values():
            actor.http.close()
            demo.end_token(actor.token)
