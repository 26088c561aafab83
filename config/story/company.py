"""A company in one working day, played through the server's own API: one form, signed by all, eight matters."""

from collections.abc import Callable, Iterator
from datetime import datetime

from config import demo
from config.story.actors import Actor, expect, page, wait
from tongban.engine import codes
from tongban.engine.calendar import CST

TITLE = "企业开办：一张表、各方各签一次名，执照、印章、税务、社保、公积金一次办好"
REGISTRATION = "000131002000"  # 公司设立登记
CAST = {
    "applicant": ("wang_xiaomei", ("items:read", "cases:read", "cases:submit")),
    "shareholder": ("li_qiang", ("cases:submit",)),
    "clerk": ("yucheng_clerk", ("cases:read", "cases:write")),
    "approver": ("yucheng_approver", ("cases:read", "cases:write")),
}
WANTED = {
    "seals": "yes",
    "invoices": "yes",
    "staff": "yes",
    "company_type": "limited",
    "premises_tenure": "declared",
}


class CompanyStory:
    """One company from its name to its seals, by everybody's own hands and systems."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.people = {role: Actor(url, username, scopes) for role, (username, scopes) in CAST.items()}
        self.draft: dict = {}
        self.number = ""

    @property
    def address(self) -> str:
        """Where the applicant follows it."""
        return f"{self.url}/my/bundles/{self.number}/"

    def steps(self) -> Iterator[tuple[str, Callable[[], str]]]:
        """The story's steps in order: words and the work, which returns what was seen."""
        yield "王晓梅回答几个问题，得到一张表", self.begin
        yield "填写一次，上传材料", self.fill
        yield "股东李强实名签名", self.cosign
        yield "签名提交，收到一个编号", self.sign
        yield "名称自主申报，名称系统当场答复", self.name
        yield "登记机关受理并登记，公司成立，取得统一社会信用代码", self.register
        yield "印章、税务、社保、医保、公积金在各自的系统同时办理", self.everybody_else
        yield "小时精度的时间轴", self.times

    def begin(self) -> str:
        applicant = self.people["applicant"]
        body = {
            "bundle": "start_company",
            "division": demo.COUNTY,
            "place": demo.TOWN,
            "party": demo.person(),
        }
        self.draft = applicant.post("/bundle-drafts", body)
        answers = dict(WANTED)
        while left := self.draft["open"]["questions"]:
            options = {question["code"]: question["options"] for question in self.draft["questions"]}
            asked = {code: options[code][0]["value"] for code in left}
            expect(not set(asked) <= set(answers), f"the questions do not end: {sorted(asked)}")
            answers = asked | answers
            self.draft = applicant.put(f"/drafts/{self.draft['id']}/situation", {"situation": answers})
        fields = [field["code"] for section in self.draft["sections"] for field in section["fields"]]
        expect(len(fields) == len(set(fields)), "a field is asked twice")
        expect("company_uscc" not in fields, "the form asks for a code that does not exist yet")
        return f"{len(self.draft['sections'])} 页、{len(fields)} 项，每项只填一次"

    def fill(self) -> str:
        applicant, path = self.people["applicant"], f"/drafts/{self.draft['id']}"
        answers = demo.answers(self.draft["sections"], party=demo.person())
        answers["shareholders"] += [row | demo.LI_QIANG for row in answers["shareholders"]]
        self.draft = applicant.put(f"{path}/form", {"answers": answers})
        brought = [part for part in self.draft["materials"] if part["source"] not in {"shared", "form"}]
        for part in brought:
            applicant.give(f"{path}/materials/{part['code']}", f"{part['code']}.png", page(part))
        self.draft = applicant.get(path)
        expect(self.draft["can_submit"], f"something is still open: {self.draft['open']}")
        return f"{len(brought)} 份材料"

    def cosign(self) -> str:
        """Nothing is received before; what waits for him is found, read and signed under his own name."""
        path, body = self._signing()
        early = self.people["applicant"].http.post(path, json=body)
        expect(early.json().get("code") == "signatures_missing", "received without a shareholder's signature")
        shareholder = self.people["shareholder"]
        waiting = shareholder.get("/cosignatures")["cosignatures"]
        mine = next((one for one in waiting if one["draft"] == self.draft["id"]), None)
        expect(mine is not None, "what a shareholder must sign does not wait for him")
        assert mine is not None
        signed = shareholder.post(
            f"/drafts/{self.draft['id']}/cosignature", {"name": "李强", "digest": mine["digest"]}
        )
        expect(signed["digest"] == self.draft["digest"], "applicant and shareholder sign different things")
        return (
            f"{'、'.join(one['zh'] for one in mine['capacities'])} {signed['name']}  {signed['digest'][:12]}…"
        )

    def _signing(self) -> tuple[str, dict]:
        path = f"/drafts/{self.draft['id']}/signed-bundle-submission"
        return path, {"name": "王晓梅", "digest": self.draft["digest"]}

    def sign(self) -> str:
        applicant, (path, body) = self.people["applicant"], self._signing()
        receipt, again = applicant.post(path, body), applicant.post(path, body)
        expect(receipt["number"] == again["number"], "a repeated submission made another application")
        self.number = receipt["number"]
        return f"{self.number}  查询码 {receipt['query_code']}"

    def name(self) -> str:
        case = wait(lambda: self._member(REGISTRATION, "case_no"), "the name was not kept")
        self.case_no = case["case_no"]
        named = next(one for one in self._now()["members"] if "name_reservation_number" in one["produced"])
        return named["produced"]["name_reservation_number"]

    def register(self) -> str:
        self.people["clerk"].post(f"/cases/{self.case_no}/acceptance")
        answer = self.people["approver"].post(f"/cases/{self.case_no}/grant", {"opinion": "同意登记"})
        expect(answer["stage"] == "granted", "the company was not registered")
        look = self.people["applicant"].http.get
        letters = wait(
            lambda: [
                letter
                for letter in look(f"/cases/{self.case_no}/letters").json()["letters"]
                if letter["kind"] == "licence"
            ],
            "the business licence was not issued",
        )
        code = demo.founded(self.case_no)
        expect(codes.valid_uscc(code), f"{code} is no social credit code")
        return f"{code}  {letters[0]['number']}"

    def everybody_else(self) -> str:
        def look() -> dict | None:
            now = self._now()
            return now if now["outcome"] != "open" else None

        self.end = wait(look, "not every organ's system has answered")
        expect(self.end["outcome"] == "done", f"the whole ended as {self.end['outcome']}")
        given = [words for one in self.end["members"] for words in one["produced"].values()]
        return f"{len(self.end['members'])} 件全部办结，回传 {len(given)} 项"

    def times(self) -> str:
        lines = []
        for one in self.end["members"]:
            begun, ended = (datetime.fromisoformat(one[when]).astimezone(CST) for when in ("begun", "ended"))
            lines.append(
                f"\n     {begun:%H:%M:%S} – {ended:%H:%M:%S}  {one['hours']:>5} 工作小时  {one['name']['zh']}"
            )
        expect(self.end["elapsed_hours"] <= 8, "more than one working day")
        begun, ended = (datetime.fromisoformat(self.end[when]) for when in ("received_at", "ended_at"))
        return (
            f"{(ended - begun).total_seconds():.0f} 秒，其中工作时间 {self.end['elapsed_hours']} 小时"
            f"（大厅下班时间不计，同时办理只算一次，承诺 8 小时以内）{''.join(lines)}"
        )

    def _now(self) -> dict:
        return self.people["applicant"].get(f"/bundle-cases/{self.number}")

    def _member(self, item: str, fact: str) -> dict | None:
        """The member of an item once it has `fact`."""
        return next((one for one in self._now()["members"] if one["item"] == item and one[fact]), None)

    def close(self) -> None:
        for actor in self.people.values():
            actor.http.close()
            demo.end_token(actor.token)
