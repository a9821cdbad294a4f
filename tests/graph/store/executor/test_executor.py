"""The executor over real processes: deadlines, memory, network, reuse, replacement."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from permed.graph.errors import BusyError, InputError, LimitExceeded
from permed.graph.store import Answer, Caps, ServiceRefused
from permed.graph.store.executor import Pool, PoolSettings, QueryRequest, query_process
from permed.graph.store.executor.processes import Loader, QueryProcess
from permed.graph.store.executor.seccomp import install_seccomp_filter

pytestmark = pytest.mark.slow

T = TypeVar("T")
_ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
_LOOK_UP = "SELECT ?n { <http://x/1> <http://x/n> ?n }"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    path = tmp_path_factory.mktemp("executor") / "numbers.nq"
    with path.open("w", encoding="utf-8") as out:
        for n in range(3000):
            out.write(f'<http://x/{n}> <http://x/n> "{n} {"x" * 50}" <http://g/> .\n')
    return [path]


def with_pool(
    files: list[Path], work: Callable[[Pool], Awaitable[T]], settings: PoolSettings | None = None
) -> T:
    async def run() -> T:
        pool = Pool(files, settings or PoolSettings(ready=2, slow=1, slow_after=0.1))
        try:
            await pool.start()
            return await work(pool)
        finally:
            await pool.close(0.2)

    return asyncio.run(run())


def test_answers_errors_and_reuse(files: list[Path]) -> None:
    async def work(pool: Pool) -> tuple[list[Answer], int]:
        answers = [await pool.run(QueryRequest(_LOOK_UP, format="csv")) for _ in range(20)]
        with pytest.raises(InputError):
            await pool.run(QueryRequest("SELECT nonsense"))
        with pytest.raises(ServiceRefused):
            await pool.run(QueryRequest("ASK { SERVICE <http://localhost/> { ?s ?p ?o } }"))
        return answers, pool.state.forked

    answers, forked = with_pool(files, work)
    assert {a.body[:6] for a in answers} == {b"n\r\n1 x"}
    assert forked == 2  # a process that answered well is used again


def test_a_deadline_ends_one_query_and_no_other(files: list[Path]) -> None:
    async def work(pool: Pool) -> tuple[Answer, int]:
        endless = asyncio.create_task(pool.run(QueryRequest(_ENDLESS, seconds=0.6)))
        await asyncio.sleep(0.2)
        answer = await pool.run(QueryRequest(_LOOK_UP))
        assert not endless.done()
        with pytest.raises(LimitExceeded, match=r"stopped after 0\.6 s"):
            await endless
        return answer, pool.state.killed

    answer, killed = with_pool(files, work)
    assert b'"1 ' in answer.body
    assert killed == 1


def test_long_queries_wait_paused_and_the_next_one_too_many_is_refused(files: list[Path]) -> None:
    async def work(pool: Pool) -> list[object]:
        tasks = [pool.run(QueryRequest(_ENDLESS, seconds=1.0)) for _ in range(4)]
        return await asyncio.gather(*tasks, return_exceptions=True)

    settings = PoolSettings(ready=4, slow=1, paused=1, slow_after=0.1)
    kinds = sorted(type(e).__name__ for e in with_pool(files, work, settings))
    assert kinds == ["BusyError", "BusyError", "LimitExceeded", "LimitExceeded"]


def test_a_full_queue_is_told_at_once(files: list[Path]) -> None:
    async def work(pool: Pool) -> list[object]:
        tasks = [pool.run(QueryRequest(_ENDLESS, seconds=0.5)) for _ in range(3)]
        return await asyncio.gather(*tasks, return_exceptions=True)

    settings = PoolSettings(ready=1, slow=1, waiting=1, slow_after=5.0)
    found = with_pool(files, work, settings)
    assert any(isinstance(e, BusyError) and "waiting" in str(e) for e in found)


def test_memory_is_capped_and_others_live_on(files: list[Path]) -> None:
    greedy = (
        "SELECT (GROUP_CONCAT(CONCAT(?b, ?d, ?f)) AS ?all) "
        "{ ?a <http://x/n> ?b . ?c <http://x/n> ?d . ?e <http://x/n> ?f }"
    )

    async def work(pool: Pool) -> Answer:
        with pytest.raises(LimitExceeded, match="memory"):
            await pool.run(QueryRequest(greedy, seconds=20))
        return await pool.run(QueryRequest(_LOOK_UP))

    settings = PoolSettings(ready=1, slow=1, memory=48 << 20)
    assert with_pool(files, work, settings).body


def test_caps_travel(files: list[Path]) -> None:
    async def work(pool: Pool) -> Answer:
        every = "SELECT * { ?s ?p ?o }"
        with pytest.raises(LimitExceeded, match="larger than"):
            await pool.run(QueryRequest(every, caps=Caps(None, 1000)))
        return await pool.run(QueryRequest(every, caps=Caps(10)))

    assert with_pool(files, work).truncated is True


def test_a_query_process_cannot_open_a_socket_even_if_the_check_were_fooled(
    files: list[Path],
) -> None:
    """The engine gets SERVICE straight, past our own refusal: nothing may arrive."""
    import pyoxigraph as ox

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.3)
        port = listener.getsockname()[1]
        query = f"SELECT * {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}"
        child = os.fork()
        if child == 0:
            code = 3
            try:
                query_process.forbid_new_files()
                list(ox.Store().query(query))  # type: ignore[arg-type]
            except OSError:
                code = 0
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        with pytest.raises(TimeoutError):
            listener.accept()


def test_a_process_that_reads_from_disk_gets_no_socket_and_no_program() -> None:
    child = os.fork()
    if child == 0:
        refused = 0
        try:
            install_seccomp_filter()
            for attempt in (socket.socket, lambda: os.execv("/bin/true", ["true"])):
                try:
                    attempt()
                except PermissionError:
                    refused += 1
            Path("/proc/self/statm").read_text(encoding="ascii")  # files stay open to it
        finally:
            os._exit(refused)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2


def test_the_loader_has_one_thread_and_goes_with_its_children(files: list[Path]) -> None:
    loader = Loader(files, 1 << 30)
    loader.start()
    pid = loader.pid
    threads = len(list(Path(f"/proc/{pid}/task").iterdir()))
    process = loader.fork()
    loader.stop()
    assert (threads, loader.quads, loader.pid) == (1, 3000, None)
    assert process.channel.fileno() > 0
    process.kill()


def _open_sockets() -> set[str]:
    found = set()
    for handle in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            if (target := str(handle.readlink())).startswith(("socket:", "anon_inode:[pidfd]")):
                found.add(f"{handle.name} {target}")
    return found


@pytest.mark.parametrize("milliseconds", [0, 2, 10, 50, 150, 400, 700])
def test_a_start_given_up_at_any_moment_leaves_nothing_open(
    files: list[Path], milliseconds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The threads under way go on after their waiting tasks were cancelled."""
    fork = Loader.fork

    def slow_fork(loader: Loader) -> QueryProcess:
        process = fork(loader)
        time.sleep(0.05)
        return process

    monkeypatch.setattr(Loader, "fork", slow_fork)
    loaders: list[Loader] = []

    async def run() -> None:
        pool = Pool(files, PoolSettings(ready=50))
        loaders.append(pool._loader)
        starting = asyncio.create_task(pool.start())
        await asyncio.sleep(milliseconds / 1000)
        starting.cancel()
        pool.abandon()
        await pool.close(0)

    before = _open_sockets()
    asyncio.run(run())
    assert _open_sockets() - before == set()
    assert loaders[0].pid is None


def test_a_broken_release_is_told(tmp_path: Path) -> None:
    path = tmp_path / "broken.nq"
    path.write_text("nonsense\n", encoding="utf-8")
    loader = Loader([path], 1 << 30)
    with pytest.raises(InputError, match=r"broken\.nq"):
        loader.start()
