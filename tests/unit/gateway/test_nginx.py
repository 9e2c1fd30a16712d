"""nginx's configuration as text; what nginx makes of it is in tests/integration/local."""

import re

from labelstream_gateway.nginx import Site, render
from labelstream_gateway.routing import JOB_OF_PATH, TABLE, Flow, Target


def test_defaults_are_the_names_of_the_containers() -> None:
    text = render(Site())
    for target in Target:
        assert f"upstream {target.value} {{" in text
        assert f"server {target.value}:8000" in text


def test_every_rule_of_the_table_is_there_in_its_order() -> None:
    text = render(Site())
    places = [text.index(rule.regex) for rule in TABLE]
    assert places == sorted(places)


def test_only_label_service_is_hashed_by_job() -> None:
    blocks = dict(re.findall(r"upstream ([\w-]+) \{(.*?)\}", render(Site()), re.DOTALL))
    assert [name for name, block in blocks.items() if "hash $labelstream_lane consistent" in block] == ["label-service"]


def test_streamed_replies_are_not_buffered() -> None:
    streamed = [rule.regex for rule in TABLE if rule.flow is Flow.STREAMED]
    locations = re.findall(r'location ~ "([^"]+)" \{(.*?)\n\}', render(Site()), re.DOTALL)
    for patterns, body in locations:
        unbuffered = "proxy_buffering off;" in body
        assert unbuffered == any(regex in patterns for regex in streamed)


def test_several_copies_share_an_upstream() -> None:
    upstreams = {target: [f"{target.value}:1"] for target in Target} | {Target.LABEL: ["a:1", "b:2"]}
    text = render(Site(upstreams))
    assert "server a:1 max_fails" in text
    assert "server b:2 max_fails" in text


def test_lane_is_the_job_of_the_path() -> None:
    found = re.match(JOB_OF_PATH, "/api/v1/jobs/j1:sync")
    assert found is not None
    assert found["job"] == "j1"
    assert re.match(JOB_OF_PATH, "/api/v1/jobs") is None


def test_no_placeholder_is_left() -> None:
    assert "${" not in render(Site())


def test_the_clients_own_word_for_its_address_is_dropped() -> None:
    text = render(Site())
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in text
    assert "real_ip" not in text


def test_a_load_balancer_in_front_says_who_the_client_is() -> None:
    text = render(Site(trusted_proxies=("10.0.0.0/8",)))
    assert "set_real_ip_from 10.0.0.0/8;\nreal_ip_header X-Forwarded-For;" in text
