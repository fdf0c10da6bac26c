from __future__ import annotations

from grading.topics import GENERAL, TOPICS, Department, department_of


def test_there_are_41_topics_each_with_labels_and_an_owner() -> None:
    assert len(TOPICS) == 41
    assert all(topic.zh and topic.en for topic in TOPICS.values())
    assert {topic.department for topic in TOPICS.values()} == set(Department)


def test_owners_follow_the_label_rules() -> None:
    assert department_of("refund") is Department.OPERATIONS
    assert department_of("food_safety") is Department.SUPPLY_CHAIN
    assert department_of("allergy") is Department.PRODUCT
    assert department_of("service_attitude") is Department.STORE
    assert department_of(GENERAL) is Department.STORE


def test_a_topic_of_a_newer_survey_belongs_to_the_store() -> None:
    assert department_of("drone_landing") is Department.STORE
