# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is believed to be the store."""

from __future__ import annotations

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import EngineError
from tests.integration.harness import Harness
from tests.servers.store import Store
from tests.servers.witness import Witness

pytestmark = pytest.mark.needs("tls")


def test_a_certificate_of_an_unknown_authority_is_refused(store: Store, witness: Witness) -> None:
    witness.put(["p/x"])
    with pytest.raises(EngineError, match="authority's certificate as ca_bundle"):
        Harness(store, witness.space, ca_bundle=None).remove("p")
    assert witness.keys() == ["p/x"]


def test_the_authority_is_accepted_when_it_is_named(store: Store, witness: Witness) -> None:
    witness.put(["p/x"])
    assert Harness(store, witness.space, ca_bundle=str(store.ca_bundle)).remove("p").folders[0].changed
    assert witness.keys() == []


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_any_certificate_is_accepted_when_none_is_verified(store: Store, witness: Witness) -> None:
    witness.put(["p/x"])
    assert Harness(store, witness.space, ca_bundle=None, validate_certs=False).remove("p").folders[0].changed
    assert witness.keys() == []
