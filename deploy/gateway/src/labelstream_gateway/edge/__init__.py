"""The pages that belong to no service: the merged API description, the list of all operations, readiness, the console.

The same application serves them in one process and in a cluster.
"""

from labelstream_gateway.edge.application import create_edge
from labelstream_gateway.edge.settings import EdgeSettings

__all__ = ["EdgeSettings", "create_edge"]
