"""Words that tell nothing about anybody, and what a text looks like."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

from ..resources.filter_shapes import names

ORDINARY: Final = names(
    """
    a an and the of or to by for in on with all any not true false yes no null none other others unknown
    undefined empty default test demo example internal external free trial pro plus basic starter
    standard premium business team teams enterprise scale growth personal monthly yearly annual month
    year week day hour quarter admin owner member user guest anonymous viewer editor customer visitor
    web mobile desktop tablet ios android macos mac windows linux chrome firefox safari edge opera
    google direct organic email paid referral social cpc search newsletter website http https www com
    html php success error failed failure ok active inactive pending open closed done new old small
    medium large low high red green blue black white home index login logout signin signup register
    pricing docs blog about contact settings account profile dashboard dashboards checkout cart basket
    order orders product products help support terms privacy info hello noreply localhost
    """
)
"""Everyday words, kept as they are so that an anonymised project still reads like one."""

# Properties of PostHog's own whose values are those of machines and countries, not of anybody
ORDINARY_PROPERTIES: Final = names(
    """
    $browser $browser_version $browser_language $browser_language_prefix $os $os_name $os_version
    $device_type $device $device_manufacturer $lib $lib_version $event_type $timezone $screen_width
    $screen_height $viewport_width $viewport_height $geoip_country_code $geoip_country_name
    $geoip_continent_code $geoip_continent_name $geoip_time_zone $initial_browser $initial_os
    $initial_device_type $initial_geoip_country_code $initial_geoip_country_name $channel_type
    $entry_channel_type
    """
)

PROVIDERS: Final = MappingProxyType(
    {
        "first_name": "first_name",
        "firstname": "first_name",
        "last_name": "last_name",
        "lastname": "last_name",
        "name": "name",
        "full_name": "name",
        "username": "user_name",
        "company": "company",
        "company_name": "company",
        "organization": "company",
        "organization_name": "company",
        "customer": "company",
        "account_name": "company",
        "city": "city",
        "$geoip_city_name": "city",
        "street": "street_address",
        "address": "address",
        "phone": "phone_number",
        "phone_number": "phone_number",
        "job_title": "job",
    }
)
"""Which provider of Faker makes the values of a property, where its name says what they are."""

EMAIL: Final = re.compile(r"[^\s@/]+@[^\s@/]+")
PART_OF_EMAIL: Final = re.compile(r"@[^\s@/]+")
UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
URL: Final = re.compile(r"[a-z][a-z0-9+.-]*://.*", re.I | re.S)
HOST: Final = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(:\d+)?", re.I)
LOCAL: Final = re.compile(r"(localhost|127\.0\.0\.1|0\.0\.0\.0|\[?::1\]?)(:\d+)?", re.I)
MADE_UP: Final = re.compile(r"(?:[\w-]+\.)*(?:[\w-]+\.example|example\.(?:com|org|net))(:\d+)?", re.I)
"""Names of hosts that nobody can own."""

ADDRESS: Final = re.compile(r"\d{1,3}(\.\d{1,3}){3}")
MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}([T ][\d:.]+(Z|[+-]\d{2}:?\d{2})?)?")
WORD: Final = re.compile(r"[^\W\d_]+|\d+")
_ENDS: Final = r"\\?\.(?:com|org|net|io|co|dev|app|ai|de|eu|uk|fr)"
END_OF_HOST: Final = re.compile(_ENDS)
PATTERN_PART: Final = re.compile(_ENDS + r"\b|\\.|[^\W\d_]{3,}|\d{3,}")
NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")
SHORT_NUMBER: Final = 2
"""Numbers of as many digits tell no more than a count does."""
