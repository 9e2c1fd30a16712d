"""HTTP as all services speak it: routes with policies, problem documents, idempotency keys, pages, entity tags."""

from labelstream_common.auth import Caller
from labelstream_common.http import policies
from labelstream_common.http.application import create_app
from labelstream_common.http.body import LARGEST_BODY_BYTES, SELECTION_BODY_BYTES, body_as, body_of
from labelstream_common.http.caller import CurrentCaller, CurrentJobRole, caller_of, job_role_of
from labelstream_common.http.client_address import client_address
from labelstream_common.http.conditional import (
    check_if_match,
    etag_of,
    if_match_tags,
    not_modified,
)
from labelstream_common.http.errors import PreconditionFailed, RequestInvalid
from labelstream_common.http.models import BODY_RULES, Body, Moment, Omittable, Time, View
from labelstream_common.http.paging import (
    PAGE_BYTES,
    PageView,
    Paging,
    encoded_page,
    page_params,
    page_reply,
)
from labelstream_common.http.parameters import QueryParameters
from labelstream_common.http.places import PLACES, MongoPlaces
from labelstream_common.http.policies import Policy
from labelstream_common.http.problems import Problem, problem, problem_of
from labelstream_common.http.replies import JsonReply
from labelstream_common.http.routing import Router, policies_of, unpoliced_routes
from labelstream_common.http.shares import DOWNLOADS, EXPORTS, LIVE_STREAMS, REPORTS, Share
from labelstream_common.http.tables import accepts_csv, csv_reply
from labelstream_common.http.whole_numbers import whole_number
from labelstream_common.mongo import PageParams

__all__ = [
    "BODY_RULES",
    "DOWNLOADS",
    "EXPORTS",
    "LARGEST_BODY_BYTES",
    "LIVE_STREAMS",
    "PAGE_BYTES",
    "PLACES",
    "REPORTS",
    "SELECTION_BODY_BYTES",
    "Body",
    "Caller",
    "CurrentCaller",
    "CurrentJobRole",
    "JsonReply",
    "Moment",
    "MongoPlaces",
    "Omittable",
    "PageParams",
    "PageView",
    "Paging",
    "Policy",
    "PreconditionFailed",
    "Problem",
    "QueryParameters",
    "RequestInvalid",
    "Router",
    "Share",
    "Time",
    "View",
    "accepts_csv",
    "body_as",
    "body_of",
    "caller_of",
    "check_if_match",
    "client_address",
    "create_app",
    "csv_reply",
    "encoded_page",
    "etag_of",
    "if_match_tags",
    "job_role_of",
    "not_modified",
    "page_params",
    "page_reply",
    "policies",
    "policies_of",
    "problem",
    "problem_of",
    "unpoliced_routes",
    "whole_number",
]
