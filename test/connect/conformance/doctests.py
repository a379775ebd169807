"""Runs the doctests of one module of PySpark, such as pyspark.sql.connect.column or pyspark.pandas.frame, against the server that
SPARK_CONNECT_TESTING_REMOTE names, by the module's own `_test()`, and prints a JSON line for each docstring: its name, how many examples it has and which failed first, how. The
last line has the versions of the client and of the server.

    doctests.py MODULE [--only TEXT] [--seconds N]
"""

import argparse
import doctest
import importlib
import io
import json
import os
import signal
import sys
import traceback


class FirstFailure(doctest.DocTestRunner):
    """Counts failures and keeps the first: later ones of a docstring are often its consequences."""

    def __init__(self, **options):
        super().__init__(verbose=False, **options)
        self.first = None

    def report_failure(self, out, test, example, got):
        self.first = self.first or dict(kind="output", source=example.source, want=example.want, got=got)

    def report_unexpected_exception(self, out, test, example, exc_info):
        lines = traceback.format_exception_only(*exc_info[:2])
        where = traceback.extract_tb(exc_info[2])[-1]
        self.first = self.first or dict(
            kind="exception",
            source=example.source,
            want=example.want,
            got="".join(lines),
            type=exc_info[0].__name__,
            condition=condition_of(exc_info[1]),
            at=f"{os.path.basename(where.filename)}:{where.lineno}",
        )


def condition_of(exception):
    try:
        return exception.getCondition()
    except Exception:
        return None


def too_long(*_):
    raise TimeoutError("the docstring took too long")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("module")
    arguments.add_argument("--only", default="")
    arguments.add_argument("--seconds", type=int, default=60)
    given = arguments.parse_args()
    answers = os.fdopen(os.dup(1), "w")
    signal.signal(signal.SIGALRM, too_long)

    def testmod(module, globs=None, optionflags=0, **_):
        failed = attempted = 0
        for test in doctest.DocTestFinder().find(module, module.__name__, globs=globs):
            if not test.examples or given.only not in test.name:
                continue
            runner = FirstFailure(optionflags=optionflags)
            signal.alarm(given.seconds)
            try:
                result = runner.run(test, out=io.StringIO().write, clear_globs=False)
            except (TimeoutError, SystemExit) as thrown:
                result = doctest.TestResults(1, len(test.examples))
                runner.first = dict(kind="exception", source="", want="", got=repr(thrown), type=type(thrown).__name__, condition=None, at="")
            finally:
                signal.alarm(0)
            answer = dict(name=test.name, examples=result.attempted, failed=result.failed, first=runner.first)
            print(json.dumps(answer), file=answers, flush=True)
            failed += result.failed
            attempted += result.attempted
        return doctest.TestResults(failed, attempted)

    doctest.testmod = testmod
    import pyspark

    # Some modules change to the folder of the installation, which a client alone has none of.
    os.environ.setdefault("SPARK_HOME", os.path.dirname(pyspark.__file__))
    from pyspark.sql import SparkSession

    if given.module.startswith("pyspark.pandas."):
        # These modules run on either kind of session, and ask for one of this machine by its master.
        os.environ.update(SPARK_CONNECT_MODE_ENABLED="1", SPARK_REMOTE=os.environ["SPARK_CONNECT_TESTING_REMOTE"])
        SparkSession.Builder.master = lambda builder, _: builder
    importlib.import_module(given.module)._test()
    spark = SparkSession.builder.remote(os.environ["SPARK_CONNECT_TESTING_REMOTE"]).getOrCreate()
    print(json.dumps(dict(client=pyspark.__version__, server=spark.version)), file=answers, flush=True)


main()
