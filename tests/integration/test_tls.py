# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is believed to be the store."""

from __future__ import annotations

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import EngineError
from tests.integration.harness import Harness, totals
from tests.servers.store import Store
from tests.servers.witness import Witness

pytestmark = pytest.mark.stores("rgw-tls")


def test_a_certificate_of_an_unknown_authority_is_refused(store: Store, witness: Witness) -> None:
    witness.put(["p/x"])
    with pytest.raises(EngineError, match="authority's certificate as ca_bundle"):
        Harness(store, witness.space, ca_bundle=None).remove("p")
    assert witness.keys() == ["p/x"]


def test_the_authority_is_accepted_when_it_is_named(store: Store, witness: Witness) -> None:
    keys = [f"p/{number}" for number in range(20)]
    witness.put([*keys, "pp/stays"])
    witness.start_uploads(["p/upload"])
    harness = Harness(store, witness.space, page_size=3, ca_bundle=str(store.ca_bundle))
    assert harness.create("p").folders[0].changed
    assert totals(harness.remove("p")) == {
        "objects": len(keys) + 1,
        "versions": 0,
        "delete_markers": 0,
        "uploads": 1,
        "bytes": 0,
    }
    assert (witness.keys(), witness.uploads()) == (["pp/stays"], [])


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_any_certificate_is_accepted_when_none_is_verified(store: Store, witness: Witness) -> None:
    witness.put(["p/x"])
    assert Harness(store, witness.space, ca_bundle=None, validate_certs=False).remove("p").folders[0].changed
    assert witness.keys() == []
