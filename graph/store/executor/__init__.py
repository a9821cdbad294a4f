"""Running the queries of strangers: in processes that can be stopped and cannot reach the network.

    server process                loader process (one thread)        query processes
    Pool, asyncio  --- "fork" --> holds the release in memory --fork--> share it, answer queries
                   <-- socket and pidfd of each child ---------------

A query process answers one query at a time, whole, over its socket. The pool keeps some ready, so
that a look-up costs one round trip; it kills a process at its deadline and asks for another. A
process that worked long or grew is not used again, so nothing of one query is left to the next.

Why this is safe: the loader never has a second thread when it forks (it checks), the in-memory
store is never written after loading, and before it reads its first query a child can no longer
open files and sockets (RLIMIT_NOFILE) or grow (RLIMIT_AS). Until the release is in memory, a loader
of the second kind serves the store on disk: it opens nothing itself, and each child opens the store
for reading after the fork and after a filter of system calls (`seccomp`) has taken sockets from it.

`RemotePool` stands in the place of a pool where another server holds the release (`store` in
permed.toml): it asks that one, and says when it cannot be relied on.
"""

from permed.graph.store.executor.messages import QueryRequest
from permed.graph.store.executor.pool import Pool, PoolSettings, PoolState
from permed.graph.store.executor.remote_pool import RemotePool

__all__ = ["Pool", "PoolSettings", "PoolState", "QueryRequest", "RemotePool"]
