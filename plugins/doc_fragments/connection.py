# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  space:
    description:
      - Name of the Space (the bucket).
    type: str
    required: true
  region:
    description:
      - Region of the Space, such as V(nyc3) or V(ams3). It gives the endpoint C(https://REGION.digitaloceanspaces.com).
      - With O(endpoint_url) too, or with a profile that has an endpoint, the region only signs. An endpoint of another
        region of DigitalOcean Spaces is refused.
      - If neither this option nor O(endpoint_url) nor the profile gives an endpoint, the environment variables
        E(SPACES_ENDPOINT_URL) and E(SPACES_REGION) are used, then what the AWS configuration says.
    type: str
  endpoint_url:
    description:
      - Endpoint of any other S3-compatible store, such as C(https://minio.example.com:9000).
      - The address of the store, not of one Space in it. The dashboard shows the latter; it is refused.
      - Amazon S3 is used only if its endpoint is given explicitly, here or in the AWS configuration.
    type: str
  access_key:
    description:
      - Access key ID. Needs O(secret_key), and excludes O(profile).
      - Without it and without O(profile), the environment variables E(SPACES_ACCESS_KEY_ID) and
        E(SPACES_SECRET_ACCESS_KEY) are used, then what botocore finds by itself.
      - Credentials are one set from one source. Half a pair is an error.
    type: str
  secret_key:
    description:
      - Secret access key.
    type: str
  session_token:
    description:
      - Session token, for temporary credentials.
    type: str
  profile:
    description:
      - Profile of the shared AWS configuration on the host where the task runs. It brings its credentials, and its
        endpoint and region where it has them, before any environment variable.
    type: str
  validate_certs:
    description:
      - Whether to validate the certificate of an C(https://) endpoint.
    type: bool
    default: true
  ca_bundle:
    description:
      - File with the certificates of the authorities to trust, in PEM format. Excludes O(validate_certs=false).
    type: path
  addressing_style:
    description:
      - Whether the name of the Space goes into the path of the URL or into the host name.
      - V(auto) is V(virtual) for DigitalOcean Spaces and V(path) for any other endpoint, and for a Space with a dot in
        its name.
    type: str
    choices: [auto, path, virtual]
    default: auto
  connect_timeout:
    description:
      - Seconds to wait for a connection.
    type: float
    default: 10.0
  read_timeout:
    description:
      - Seconds to wait for a reply, or for the next part of it. What a whole task may take, the keyword C(timeout) of
        the task says.
      - A batch of keys that a slow store does not remove in this time is asked for in halves, down to 50 keys.
    type: float
    default: 60.0
  retries:
    description:
      - How often a request, or a key in a batch, is retried after a temporary failure. The wait before each attempt
        grows exponentially, with jitter. A batch that has to be asked for in parts has so many retries for each part.
      - If the store never replies at all, the task gives up after three attempts.
    type: int
    default: 8
  request_rate:
    description:
      - Maximum number of requests per second, retries included. Not limited by default.
      - DigitalOcean's Cold Storage allows 25 listings a second.
    type: float
  workers:
    description:
      - Maximum number of concurrent requests. Reduced while the store asks to slow down.
    type: int
    default: 16
notes:
  - The access key needs permissions on this one Space only. Neither the list of Spaces nor any ACL or tag is read.
"""
