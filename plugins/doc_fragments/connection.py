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
      - Region of the Space, such as V(nyc3) or V(ams3). The endpoint is then C(https://REGION.digitaloceanspaces.com).
      - If O(endpoint_url) is set too, or the profile has an endpoint, the region is only used to sign requests. An
        endpoint of another region of DigitalOcean Spaces is refused.
      - If neither this option nor O(endpoint_url) nor the profile gives an endpoint, the environment variables
        E(SPACES_ENDPOINT_URL) and E(SPACES_REGION) are used, and then the AWS configuration.
    type: str
  endpoint_url:
    description:
      - Endpoint of any other S3-compatible store, such as C(https://minio.example.com:9000).
      - This is the address of the store, not of one Space in it. The address that the dashboard shows contains the name
        of the Space, and is refused.
      - Amazon S3 is used only if its endpoint is given explicitly, here or in the AWS configuration.
    type: str
  access_key:
    description:
      - Access key ID. Requires O(secret_key), and cannot be used with O(profile).
      - If neither this option nor O(profile) is set, the environment variables E(SPACES_ACCESS_KEY_ID) and
        E(SPACES_SECRET_ACCESS_KEY) are used, and then what botocore finds by itself.
      - The credentials must come from one source. An access key without a secret key, or the reverse, is an error.
    type: str
  secret_key:
    description:
      - Secret access key.
    type: str
  session_token:
    description:
      - Session token of temporary credentials.
    type: str
  profile:
    description:
      - Profile of the shared AWS configuration on the host where the task runs. Its credentials, and its endpoint and
        region if it has them, take precedence over environment variables.
    type: str
  validate_certs:
    description:
      - Whether to validate the certificate of an C(https://) endpoint.
    type: bool
    default: true
  ca_bundle:
    description:
      - File with the certificates of trusted authorities, in PEM format. Cannot be used with O(validate_certs=false).
    type: path
  addressing_style:
    description:
      - Whether the name of the Space is part of the URL's path or of its host name.
      - V(auto) means V(virtual) for DigitalOcean Spaces. It means V(path) for any other endpoint, and for a Space whose
        name contains a dot.
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
      - Seconds to wait for a reply, or for the next part of it. To limit the time of the whole task, use the keyword
        C(timeout) of the task.
      - If a slow store does not remove a batch of keys in this time, the batch is sent again in halves, down to 50
        keys.
    type: float
    default: 60.0
  retries:
    description:
      - How often to retry a request, or a key in a batch, after a temporary failure. The wait before each attempt grows
        exponentially, with jitter. If a batch is sent again in parts, each part has this number of retries.
      - If the store never replies, the task fails after three attempts.
    type: int
    default: 8
  request_rate:
    description:
      - Maximum number of operations that start in a second, including retries. Not limited by default.
      - Nearly every operation is one request, such as a page of a listing or a batch of removals. A look at a folder
        marker may take two requests, and so may its creation. A look for incomplete uploads may take three, or up to
        six if replies cannot be read. They count once.
      - DigitalOcean's Cold Storage allows 25 listings per second.
    type: float
  workers:
    description:
      - Maximum number of concurrent requests. The number is halved when the store asks to slow down, does not answer in
        time or cannot be reached. It grows again while requests succeed.
    type: int
    default: 16
notes:
  - The access key needs permissions for this one Space only. The module reads neither the list of Spaces nor any ACL or
    tag.
"""
