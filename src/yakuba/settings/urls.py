"""Addresses of the web desks."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("", include("yakuba.desks.counter.urls"))]
