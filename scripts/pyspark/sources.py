"""Fetches a published PySpark, checks it, and leaves its Python sources and its Spark Connect descriptors in a folder.

usage: sources.py FOLDER

FOLDER/pyspark is the client (and its worker modules) as published; FOLDER/descriptors/*.binpb holds one serialized
FileDescriptorProto a file: those that the generated modules of the package embed. Needs nothing beyond Python 3.9 and pip.
"""

import ast
import hashlib
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile

PYSPARK = ("pyspark", "4.3.0", "e8c517948eff7088a7aa07449aa8eafa4a15a8d50319de2525a6fd26622476c6")
# google.rpc.Status and ErrorInfo, which carry errors over gRPC.
COMMON = ("googleapis-common-protos", "1.76.0", "59e13344a9f3651aa201a03e2bee815a3bf43a4baf1f9ff8a9b62a840ce25fac")


def fetch(package, folder):
    name, version, digest = package
    source = ["--no-binary", name] if name == "pyspark" else []
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", *source]
    subprocess.run([*command, "--dest", str(folder), f"{name}=={version}"], check=True)
    (found,) = folder.iterdir()
    with found.open("rb") as file:
        actual = hashlib.file_digest(file, "sha256").hexdigest() if hasattr(hashlib, "file_digest") else hashlib.sha256(file.read()).hexdigest()
    if actual != digest:
        sys.exit(f"{found.name} has the SHA-256 {actual}, not {digest}: not what this version of Firecrest was made for")
    return found


def embedded_descriptor(source):
    """The argument of AddSerializedFile in a generated module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "AddSerializedFile":
            return ast.literal_eval(node.args[0])
    return None


def main(folder):
    descriptors = folder / "descriptors"
    descriptors.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as temporary:
        archives = pathlib.Path(temporary)
        for package in (PYSPARK, COMMON):
            (archives / package[0]).mkdir()
        prefix = f"pyspark-{PYSPARK[1]}/"
        with tarfile.open(fetch(PYSPARK, archives / PYSPARK[0])) as archive:
            for member in archive:
                path = member.name[len(prefix) :]
                if not (member.isfile() and path.startswith("pyspark/") and path.endswith((".py", ".json")) and ".." not in path):
                    continue
                content = archive.extractfile(member).read()
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
                if path.startswith("pyspark/sql/connect/proto/") and path.endswith("_pb2.py"):
                    (descriptors / (target.stem + ".binpb")).write_bytes(embedded_descriptor(content))
        with zipfile.ZipFile(fetch(COMMON, archives / COMMON[0])) as archive:
            for name in ("status", "error_details"):
                source = archive.read(f"google/rpc/{name}_pb2.py")
                (descriptors / f"google_rpc_{name}.binpb").write_bytes(embedded_descriptor(source))


main(pathlib.Path(sys.argv[1]))
