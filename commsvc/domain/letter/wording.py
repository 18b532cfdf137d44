"""The few words that slots themselves bring along, in each language that letters are written in.

A language that is not here reads English.
"""

from commsvc.domain.case.case import Stage
from commsvc.domain.case.directory import Person

_STAGES = {
    "en": ("Received", "Investigating", "Fix proposed", "Resolved", "With the support team"),
    "de": ("Eingegangen", "In Untersuchung", "Lösung vorgeschlagen", "Gelöst", "Beim Support-Team"),
    "fr": ("Reçu", "En cours d’analyse", "Solution proposée", "Résolu", "Auprès du support"),
    "es": ("Recibido", "En investigación", "Solución propuesta", "Resuelto", "Con el equipo de soporte"),
    "ja": ("受付済み", "調査中", "解決策をご提案中", "解決済み", "サポート担当が対応中"),
}
_PLACE = {
    Stage.INTAKE: 0, Stage.ACKNOWLEDGED: 0, Stage.QUALIFY: 0, Stage.INVESTIGATE: 1, Stage.MITIGATE: 1, Stage.MONITOR: 1,
    Stage.VALIDATE: 2, Stage.RESOLVED: 3, Stage.RECOVER: 3, Stage.EXIT: 3, Stage.QUEUED: 4, Stage.MERGED: 1,
}  # fmt: skip
_PROVISIONAL = {"en": "provisional", "de": "vorläufig", "fr": "provisoire", "es": "provisional", "ja": "暫定"}
_SALUTATION = {
    "en": ("Dear {},", "Hello,"),
    "de": ("Guten Tag {}", "Guten Tag"),
    "fr": ("Bonjour {},", "Bonjour,"),
    "es": ("Buenos días, {}:", "Buenos días:"),
    "ja": ("{} 様", "ご担当者様"),
}
_ROLES = {
    "en": {"escalation_owner": "Escalation owner", "sme": "Specialist"},
    "de": {
        "escalation_owner": "Verantwortlich für Ihre Eskalation", "sme": "Fachexperte/-in", "support_manager": "Leitung Support",
        "account_manager": "Kundenbetreuung", "counselor": "Kundenbetreuung in besonderen Fällen",
    },
    "fr": {
        "escalation_owner": "Responsable de l’escalade", "sme": "Spécialiste", "support_manager": "Responsable du support",
        "account_manager": "Responsable de compte", "counselor": "Conseil clientèle",
    },
    "es": {
        "escalation_owner": "Responsable de la escalación", "sme": "Especialista", "support_manager": "Responsable de soporte",
        "account_manager": "Responsable de cuenta", "counselor": "Atención personal al cliente",
    },
    "ja": {
        "escalation_owner": "エスカレーション責任者", "sme": "専門担当", "support_manager": "サポートマネージャー",
        "account_manager": "アカウントマネージャー", "counselor": "お客様相談担当",
    },
}  # fmt: skip


def salutation(name: str, language: str) -> str:
    """The formal greeting; without a name one that needs none."""
    named, nameless = _SALUTATION.get(language, _SALUTATION["en"])
    return named.format(name) if name else nameless


def stage_name(stage: Stage, language: str) -> str:
    """Where a case stands, as customers read it."""
    return _STAGES.get(language, _STAGES["en"])[_PLACE[stage]]


def severity_name(severity: str, confirmed: bool, language: str) -> str:
    """`SEV1`, with a word beside it until a person has confirmed it."""
    return severity if confirmed else f"{severity} ({_PROVISIONAL.get(language, _PROVISIONAL['en'])})"


def role_name(person: Person, language: str = "en") -> str:
    """A role as customers read it: `support_manager` becomes `Support manager`."""
    role = person.roles[0] if person.roles else ""
    return _ROLES.get(language, _ROLES["en"]).get(role, _ROLES["en"].get(role, role.replace("_", " ").capitalize()))
