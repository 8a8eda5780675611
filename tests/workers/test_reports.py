"""Work tells how far it is, to whoever listens."""

from dmiso.workers import Crew, Work, heard, listening, tick, ticking


def heard_of(function):
    told = []
    with listening(lambda *work: told.append(work)):
        function()
    return told


def test_work__tells_nobody_outside_a_listening_block():
    Work("pairs", 3).advance(2)
    assert heard_of(lambda: None) == []


def test_work__begins_where_an_earlier_run_stopped():
    assert heard_of(lambda: Work("pairs", 10, done=4).advance(3)) == [("pairs", 4, 10), ("pairs", 7, 10)]


def test_work__tells_what_it_expects_when_that_changes():
    def estimated():
        work = Work("pairs")
        work.expect(10)
        work.advance(4)
        work.expect(12)

    assert heard_of(estimated) == [("pairs", 0, None), ("pairs", 0, 10), ("pairs", 4, 10), ("pairs", 4, 12)]


def test_heard__says_whether_anybody_listens():
    assert not heard()
    with listening(print):
        assert heard()
        with listening(None):
            assert not heard()


def test_work__within_a_job_of_a_crew_is_a_part_of_the_crews():
    def job(n, report):
        Work("inner").advance(n)
        report(n)

    def outer():
        work = Work("outer", 5)
        with Crew(1) as crew:
            list(crew.map(job, [2, 3], on_report=work.advance))

    assert heard_of(outer) == [("outer", 0, 5), ("outer", 2, 5), ("outer", 5, 5)]


def test_ticks__reach_the_nearest_block_only():
    outer, inner = [], []
    tick(1)
    with ticking(outer.append):
        tick(2)
        with ticking(inner.append):
            tick(3)
        tick(4)
    assert (outer, inner) == ([2, 4], [3])
