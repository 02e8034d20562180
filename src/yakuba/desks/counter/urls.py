"""窓口のページの住所. Every view but the signing in demands a verified second factor and a task right (`guard.py`)."""

from __future__ import annotations

from django.urls import path

from .views import access_records, events, households, keys, login, people, protections, queue, staff, statistics

app_name = "counter"
urlpatterns = [
    path("", people.search, name="search"),
    path("login/", login.password, name="login"),
    path("login/code/", login.code, name="code"),
    path("logout/", login.leave, name="logout"),
    path("residents/<int:resident_id>/", people.person, name="person"),
    path("residents/<int:resident_id>/timeline/", people.timeline, name="timeline"),
    path("residents/<int:resident_id>/memo/", people.memo, name="memo"),
    path("residents/<int:resident_id>/protections/", protections.of_resident, name="resident_protections"),
    path("residents/<int:resident_id>/protections/receive/", protections.receive, name="protection_receive"),
    path("residents/<int:resident_id>/release/", protections.ask_release, name="release_ask"),
    path("residents/<int:resident_id>/restrictions/", protections.restrict, name="restriction_set"),
    path("residents/<int:resident_id>/restrictions/<int:restriction_id>/", protections.lift, name="restriction_lift"),
    path("households/<int:household_id>/", households.household, name="household"),
    path("households/<int:household_id>/lock/", events.lock, name="lock"),
    path("households/<int:household_id>/unlock/", events.unlock, name="unlock"),
    path("events/", events.choice, name="event_choice"),
    path("events/pick/<str:what>/", events.pick, name="pick"),
    path("events/<slug:kind>/", events.form, name="event"),
    path("events/<slug:kind>/check/", events.check, name="event_check"),
    path("events/<slug:kind>/draft/", events.draft, name="event_draft"),
    path("events/<slug:kind>/discard/", events.discard, name="event_draft_discard"),
    path("entries/", queue.listing, name="queue"),
    path("entries/register/", queue.register_many, name="queue_register"),
    path("entries/<uuid:entry_id>/", queue.entry, name="entry"),
    path("entries/<uuid:entry_id>/register/", queue.register, name="entry_register"),
    path("entries/<uuid:entry_id>/withdraw/", queue.withdraw, name="entry_withdraw"),
    path("entries/<uuid:entry_id>/edit/", queue.edit, name="entry_edit"),
    path("protections/", protections.overview, name="protections"),
    path("protections/<int:protection_id>/", protections.measure, name="measure"),
    path("protections/<int:protection_id>/<slug:step>/", protections.act, name="measure_step"),
    path("protections/releases/<int:release_id>/decide/", protections.decide_release, name="release_decide"),
    path("statistics/", statistics.population, name="statistics"),
    path("statistics/flows/", statistics.flows, name="flows"),
    path("access-records/", access_records.listing, name="access_records"),
    path("staff/", staff.listing, name="staff"),
    path("staff/new/", staff.create, name="staff_create"),
    path("staff/<str:username>/", staff.account, name="staff_account"),
    path("staff/<str:username>/second-factor/", staff.second_factor, name="staff_second_factor"),
    path("keys/", keys.keys, name="keys"),
]
