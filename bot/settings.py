"""Every setting, its default and what it is for; read from the environment (prefix DYZURNY_) or the project's `.env`.

Paths that are not absolute are meant from the project's folder.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent

# The simulator's page, and where its Graph endpoints stand in the web process.
DEMO_PAGE = "110022"
SIMULATOR_GRAPH = "/symulator/graph"


_RELATIVE_SQLITE = re.compile(r"(sqlite(?:\+\w+)?:///)((?!/|file:|:memory:).+)")


class Settings(BaseSettings):
    # An error in a setting must not print the setting: it may be a token.
    model_config = SettingsConfigDict(
        env_prefix="DYZURNY_",
        # The project's own, from wherever a command is given: another folder's must not become the settings unnoticed.
        env_file=ROOT / ".env",
        extra="ignore",
        validate_default=True,
        hide_input_in_errors=True,
    )

    # Meta
    app_secret: SecretStr | None = Field(None, description="Meta app's secret; signs webhooks")
    app_id: str = Field("555000111", description="Our Meta app's id; an echo with another one was written by a person")
    verify_token: SecretStr | None = Field(None, description="The string Meta repeats when it verifies the webhook")
    page_tokens: dict[str, SecretStr] = Field(default_factory=dict, description="JSON: page id → page access token")
    graph_url: str = Field("https://graph.facebook.com", description="Base of the Graph API, without the version")
    public_url: str = Field("", description="Address under which the public reaches us, for links and pictures")

    page_name: str = Field("TU Przystań", description="The page's name, as the simulator shows it")

    # The company's systems
    crm_url: str = Field("", description="Base of the CRM's HTTP interface; empty: the embedded demo")
    crm_token: SecretStr | None = Field(None, description="Bearer token for the CRM")

    media_hosts: str = Field("fbcdn.net fbsbx.com cdninstagram.com", description="Hosts attachments are fetched from")

    trusted_proxies: str = Field("", description="Proxies (addresses, networks) whose X-Forwarded-For is believed")
    login_tries: int = Field(20, description="Failed logins a minute from one address before it has to wait")
    forged_deliveries: int = Field(60, description="Forged webhooks a minute from one address before none is read")

    # Login by the company's own provider (OpenID Connect), beside passwords; needs the extra `oidc`
    oidc_issuer: str = Field("", description="The provider's address; empty: logins and passwords alone")
    oidc_client_id: str = Field("", description="Under what name the provider knows this console")
    oidc_client_secret: SecretStr | None = Field(None, description="What the provider gave with the name")

    # Where things are
    host: str = Field("127.0.0.1", description="Address the web process listens on")
    port: int = Field(8000, description="Port of the web process")
    rasa_port: int = Field(5005, description="Port of the Rasa server that `make run` starts")
    rasa_url: str = Field("", description="Rasa servers, comma separated; empty: 127.0.0.1 and rasa_port")
    # Both addresses may hold a password.
    redis_url: str = Field(
        "redis://127.0.0.1:6379/0", repr=False, description="Redis with an append-only file, fsynced always"
    )
    database_url: str = Field("", repr=False, description="SQLAlchemy URL; empty: SQLite under var_dir")
    var_dir: Path = Field(ROOT / "var", description="Everything that is kept and is not content")
    content_dir: Path = Field(ROOT, description="Folder that holds flows/, nlu_data/ and locales/")
    python310: str = Field("", description="A Python 3.10 for Rasa, where `make run` does not find one itself")

    # Behaviour
    demo: bool = Field(False, description="Run the simulator instead of Meta")
    secret_key: SecretStr | None = Field(None, description="Encrypts sensitive answers and unfinished dialogues")
    old_secret_keys: SecretStr | None = Field(
        None, description="Keys used before, comma separated: they open until `dyzurny keys rotate` has sealed anew"
    )
    register_mode: Literal["formal", "mirror"] = Field(
        "formal", description="formal: always Pan/Pani/Państwo; mirror: answer a 'ty' with a 'ty'"
    )
    agent_hours: str = Field("pn-pt 08:00-20:00; so 09:00-15:00", description="When agents answer, Polish time")
    rating_pause: timedelta = Field(timedelta(days=30), description="No customer is asked for a rating again sooner")
    rating_template: bool = Field(
        False, description="Ask for a rating with Messenger's feedback template; refused, with quick replies"
    )
    assignment: Literal["manual", "automatic"] = Field(
        "manual", description="automatic: waiting conversations go to the free agent of the department with the fewest"
    )
    assignment_most: int = Field(4, description="Open conversations an agent may hold before getting no more by itself")
    escalate_after: timedelta = Field(
        timedelta(minutes=15), description="A wait that is longer is shown to every supervisor"
    )
    silence_limit: timedelta = Field(
        timedelta(minutes=2), description="A message the assistant has not answered by then goes to a person"
    )
    comment_public_answer: bool = Field(
        False, description="A comment answered in private gets the approved text in public too (locales: komentarze)"
    )
    handoff_target: Literal["console", "page_inbox"] = Field("console", description="Where a person answers")
    smtp_url: SecretStr | None = Field(
        None, description="Mail server of the weekly summary: smtp://user:password@host:587; unset: no letter"
    )
    report_to: str = Field("", description="Who gets the weekly summary: addresses, comma separated")
    report_from: str = Field("dyzurny@localhost", description="From whom the weekly summary is")

    # How long what is kept; reasons in docs/rodo.md. Cases stay for as long as the law demands, whatever stands here
    retain_messages: timedelta = Field(timedelta(days=365), gt=timedelta(0), description="Messages of both sides")
    retain_files: timedelta = Field(timedelta(days=365), gt=timedelta(0), description="Files sent by either side")
    retain_notes: timedelta = Field(
        timedelta(days=365), gt=timedelta(0), description="Agents' notes and questions, reasons of handoffs, comments"
    )
    retain_snapshots: timedelta = Field(
        timedelta(days=30), gt=timedelta(0), description="Unfinished dialogue of a conversation that went quiet"
    )
    retain_profiles: timedelta = Field(
        timedelta(days=365), gt=timedelta(0), description="Name, form of address and CRM facts of a quiet customer"
    )
    retain_set_aside: timedelta = Field(
        timedelta(days=30), gt=timedelta(0), description="Events that failed, once somebody settled them"
    )
    retain_audit: timedelta = Field(
        timedelta(days=1826), ge=timedelta(days=365), description="Who did what; the database refuses less than a year"
    )
    retain_sessions: timedelta = Field(
        timedelta(days=7), ge=timedelta(0), description="Sessions of agents' browsers after their end"
    )

    # Limits
    body_limit: int = Field(1024 * 1024, description="Largest webhook body in bytes; larger: 413")
    page_rate: float = Field(40, description="Messages a second and page; above it the Page Inbox stops working")
    thread_rate: float = Field(1, description="Messages a second and thread, over time")
    thread_burst: int = Field(3, description="Messages one thread may get at once before thread_rate counts")
    send_timeout: timedelta = Field(timedelta(seconds=10), description="After it a send is in doubt")
    rasa_timeout: timedelta = Field(timedelta(seconds=8), description="A turn that takes longer is a fault")
    rasa_in_flight: int = Field(4, description="Turns in one Rasa at once; it is not fair under more")
    lease: timedelta = Field(
        timedelta(seconds=10), description="A dead worker's conversations are taken over after this"
    )
    conversations_in_flight: int = Field(64, description="Conversations one worker handles at once")
    fault_notice_after: timedelta = Field(timedelta(seconds=6), description="Rasa away: the customer hears after this")
    fault_handoff_after: timedelta = Field(timedelta(seconds=60), description="Rasa still away: a person is asked for")
    max_attempts: int = Field(5, description="An event that fails so often is set aside")
    max_deaths: int = Field(
        5, ge=4, description="An event with which so many workers in a row died without a word is set aside"
    )
    session_turns: int = Field(
        4, description="Turns in one Rasa tracker before a new one starts: it is read and written whole at each"
    )
    edition_grace: timedelta = Field(
        timedelta(hours=12), description="How long a conversation may finish on content that was replaced"
    )
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")
    worker_metrics_port: int = Field(0, description="Port of a worker's own /metrics, at DYZURNY_HOST; 0: none")
    traces_url: str = Field("", description="Collector of OpenTelemetry traces (OTLP over HTTP); empty: none")
    traces_share: float = Field(1, ge=0, le=1, description="Share of messages that are traced")
    failpoint: str = Field("", description="For fault tests only: where this process is to die; see bot/failpoints.py")

    @model_validator(mode="after")
    def fill_from_others(self) -> Settings:
        if not self.rasa_url:
            self.rasa_url = f"http://127.0.0.1:{self.rasa_port}"
        self.var_dir, self.content_dir = ROOT / self.var_dir, ROOT / self.content_dir
        if not self.database_url:
            self.database_url = f"sqlite:///{self.var_dir / 'dyzurny.db'}"
        if found := _RELATIVE_SQLITE.match(self.database_url):
            self.database_url = f"{found[1]}{ROOT / found[2]}"
        if not self.public_url:
            self.public_url = f"http://{self.host}:{self.port}"
        if self.has_simulator:
            self.page_tokens = {DEMO_PAGE: SecretStr(f"demo-token-{DEMO_PAGE}")}
            self.graph_url = f"http://{self.host}:{self.port}{SIMULATOR_GRAPH}"
        return self

    @property
    def has_simulator(self) -> bool:
        """Only in demo mode, and never beside a real page's token."""
        return self.demo and self.page_tokens.keys() <= {DEMO_PAGE}

    @property
    def old_secrets(self) -> list[str]:
        named = self.old_secret_keys.get_secret_value() if self.old_secret_keys else ""
        return [secret.strip() for secret in named.split(",") if secret.strip()]

    @property
    def rasa_urls(self) -> list[str]:
        return [url.strip().rstrip("/") for url in self.rasa_url.split(",") if url.strip()]
