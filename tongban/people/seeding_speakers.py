"""The demo's bilingual staff: synthetic officers of the ethnic townships, translators, one county's clerk."""

from collections.abc import Mapping
from datetime import date, datetime

from tongban.people import actions, queries, seeding
from tongban.people.models import Account, LanguageSkill
from tongban.people.rules import Fluency, Language, Role

DOCUMENT = "市民族宗教事务局双语能力认定（演示）"
_GIVEN = {"bo": ("扎西", "卓玛"), "ii": ("尔古", "阿依")}
# Towns that are short in the demo, so that the check has something to say: code → how many it has.
SHORT = {"511823227": 1, "511824214": 0}
COUNTY = "511827-market_regulation"  # 宝兴: its clerk serves in Tibetan

# User name, display name, role, language.
TRANSLATORS = (
    ("bo_translator", "藏文译员（演示）", Role.TRANSLATOR, Language.TIBETAN),
    ("bo_reviewer", "藏文审校（演示）", Role.TRANSLATION_REVIEWER, Language.TIBETAN),
    ("ii_translator", "彝文译员（演示）", Role.TRANSLATOR, Language.YI),
    ("ii_reviewer", "彝文审校（演示）", Role.TRANSLATION_REVIEWER, Language.YI),
)


def seed_speakers(towns: Mapping[str, tuple[str, ...]], *, at: datetime) -> None:
    """Two officers in every ethnic township ({town: languages}) but the short ones; safe to run again."""
    bureau = queries.organ_by_key("511800-government_services")
    for username, name, role, language in TRANSLATORS:
        account = seeding._officer(username, name, bureau, {role}, "双语翻译", at)
        _attest(account, language, Fluency.TRANSLATES, at)
    for code, languages in towns.items():
        organ = queries.organ_by_key(f"{code}-{seeding.TOWNSHIP}")
        prefix = organ.name_en.split()[0].lower()
        for number in range(SHORT.get(code, 2)):
            spoken = languages[number % len(languages)]
            name = seeding._name(organ, number, _GIVEN[spoken][number])
            username = f"{prefix}_clerk{number + 1}"
            account = seeding._officer(username, name, organ, {Role.CLERK}, "双语帮办员", at)
            _attest(account, Language(spoken), Fluency.SERVES, at)
    clerk = seeding.ensure_staff(queries.organ_by_key(COUNTY), at=at)["clerk"]
    _attest(clerk, Language.TIBETAN, Fluency.SERVES, at)


def _attest(account: Account, language: Language, fluency: Fluency, at: datetime) -> None:
    if LanguageSkill.objects.filter(account=account, language=language.value, ended_at=None).exists():
        return
    actions.attest_language(
        account=account.pk,
        language=language,
        fluency=fluency,
        document=DOCUMENT,
        valid_from=date(2026, 1, 1),
        caller=seeding.SEEDING,
        at=at,
    )
