"""Whoever starts a worker gives it the time it takes to leave."""

from __future__ import annotations

from datetime import timedelta

import yaml
from pydantic import TypeAdapter

from bot.cli.running import LEAVE_S
from bot.intake.worker import FINISH_S
from bot.settings import Settings
from bot.supervisor import programs
from tests.support.processes import ROOT


def test_nobody_kills_a_worker_that_still_finishes_what_it_has_in_hand() -> None:
    settings = Settings()
    assert settings.rasa_timeout.total_seconds() <= FINISH_S
    assert settings.send_timeout.total_seconds() <= FINISH_S
    assert LEAVE_S > FINISH_S
    (worker,) = (one for one in programs.of_the_product(settings, {}, None) if one.name == "worker")
    assert worker.grace_seconds > LEAVE_S
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]["worker"]
    grace = TypeAdapter(timedelta).validate_python(f"PT{compose['stop_grace_period'].upper()}")
    assert grace.total_seconds() > LEAVE_S
    documents = yaml.safe_load_all((ROOT / "deploy/kubernetes/worker.yaml").read_text(encoding="utf-8"))
    (pod,) = (one["spec"]["template"]["spec"] for one in documents if one and one["kind"] == "Deployment")
    assert pod["terminationGracePeriodSeconds"] > LEAVE_S
