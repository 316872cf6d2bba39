#!/usr/bin/env python3
"""Makes calls.jsonl: what the real programs print for the calls of cases.txt.

Run by hand on a machine with GNU coreutils, grep, sed, diffutils, findutils, mawk, util-linux and
jq 1.6; the tests need only what it wrote. A case is a command line in the shell's quoting, without
the shell; `< FILE` at the end gives a file as standard input, `<<< TEXT` a text with the escapes of
C. Each case starts from the files below, in /srv/infra.
"""
import json, os, shlex, shutil, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = "/srv/infra"
WHEN = 1709647427  # 2024-03-05T14:03:47Z

STATE = json.dumps({
    "version": 4, "terraform_version": "1.9.5", "serial": 41, "lineage": "8b2f0c3e-1111-2222-3333-444455556666",
    "outputs": {"url": {"value": "https://example.test/é", "type": "string"}},
    "resources": [
        {"mode": "managed", "type": "azurerm_resource_group", "name": "main", "provider": "p",
         "instances": [{"schema_version": 0, "attributes": {"id": "/subscriptions/0/rg", "tags": {"b": "2", "a": "1"}}}]},
        {"module": "module.network", "mode": "managed", "type": "azurerm_subnet", "name": "app", "provider": "p",
         "instances": [{"index_key": 0, "attributes": {"id": "/s/0", "size": 24}}, {"index_key": 1, "attributes": {"id": "/s/1", "size": 25.5}}]},
        {"mode": "data", "type": "azurerm_client_config", "name": "current", "provider": "p", "instances": []},
    ], "check_results": None}, indent=2, ensure_ascii=False) + "\n"

FILES = {
    "state.tfstate": STATE,
    "errored.tfstate": STATE.replace('"serial": 41', '"serial": 43').replace('"/s/1"', '"/s/9"').replace("25.5", "26"),
    "compact.json": '{"b":1,"a":[1,2,{"x":null}],"s":"a\\"b\\\\c\\n\\u00e9\\u0001","e":{},"l":[],"f":1.0,"g":1e-7,"big":12345678901234567890,"t":true}\n',
    "many.json": '{"id":1,"name":"one"}\n{"id":2,"name":"two"}\n\n{"id":3,"name":null}\n',
    "broken.json": '{"a": 1,\n "b": }\n',
    "lock.txt": """Error: Error acquiring the state lock

Error message: state blob is already locked
Lock Info:
  ID:        4d9bc3c2-2f1a-8a0e-7d0e-0b3a5c6d7e8f
  Path:      tfstate/prod.tfstate
  Operation: OperationTypeApply
  Who:       runner@ci-1
  Version:   1.9.5
  Created:   2024-03-05 13:58:02.123456789 +0000 UTC
  Info:      

Terraform acquires a state lock to protect the state from being written
by multiple users at the same time. Please resolve the issue above and try
again. For most commands, you can disable locking with the "-lock=false"
flag, but this is not recommended.
""",
    "plan.log": """azurerm_resource_group.main: Refreshing state... [id=/subscriptions/0/rg]
module.network.azurerm_subnet.app[0]: Refreshing state... [id=/s/0]

Terraform will perform the following actions:

  # module.network.azurerm_subnet.app[1] will be created
  + resource "azurerm_subnet" "app" {
      + id   = (known after apply)
      + size = 24
    }

Plan: 1 to add, 0 to change, 0 to destroy.
""",
    "list.txt": "azurerm_resource_group.main\nmodule.network.azurerm_subnet.app[0]\nmodule.network.azurerm_subnet.app[1]\n",
    "nums.txt": "10\n9\n2\n-3\n2.5\n10\n1e3\nabc\n\n  7\n",
    "table.txt": "alice  30   ops\nbob 4 dev\ncarol\t12\tops eu\n\ndave 9 dev\n",
    "colon.txt": "root:x:0:0:root:/root:/bin/bash\nnode:x:1000:1000::/home/node:/bin/sh\nnodelimiter\nops:x:27:27:Ops Team:/srv:/bin/false\n",
    "dup.txt": "a\na\nb\nB\nb\nb\nc\n",
    "nonl.txt": "first\nsecond\nlast without newline",
    "blank.txt": "one\n\n\n\ntwo\n\tthree\n\n",
    "utf8.txt": "café\nnaïve über\n日本\n",
    "b64.txt": "eyJJRCI6IjRkOWJjM2MyIiwiT3BlcmF0aW9uIjoiT3BlcmF0aW9uVHlwZUFwcGx5In0=\n",
    "args.txt": "one two\n'three four' five\\ six\n\n\"seven\"\n",
    "empty": "",
    "dir/a.txt": "alpha\nbeta\n",
    "dir/sub/b.txt": "beta\ngamma\n",
    "other/a.txt": "alpha\nBETA\n",
    "other/c.txt": "c\n",
    "with space.txt": "spaced out\n",
    ".hidden": "h\n",
    "prog.sed": "s/a/A/\n/beta/d\n",
    "prog.awk": "{ print NR \": \" $1 }\n",
    "filter.jq": ".serial\n",
    "patterns": "ID\nWho\n",
}
ENV = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": "/root", "USER": "root", "TF_VAR_x": "7"}

def fresh():
    shutil.rmtree(ROOT, ignore_errors=True)
    for name, text in FILES.items():
        path = os.path.join(ROOT, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as f:
            f.write(text)
    os.makedirs(os.path.join(ROOT, "void"))
    for base, dirs, files in os.walk(ROOT):
        for name in dirs + files:
            os.utime(os.path.join(base, name), (WHEN, WHEN))

def tree():
    found = {}
    for base, dirs, files in os.walk(ROOT):
        for name in dirs:
            found[os.path.relpath(os.path.join(base, name), ROOT) + "/"] = None
        for name in files:
            path = os.path.join(base, name)
            found[os.path.relpath(path, ROOT)] = open(path, "rb").read().decode("utf-8", "replace")
    return found

def main():
    out = open(os.path.join(HERE, "calls.jsonl"), "w")
    before = None
    for number, line in enumerate(open(os.path.join(HERE, "cases.txt")), 1):
        line = line.rstrip("\n")
        if not line or line.startswith("# "):
            continue
        words = shlex.split(line)
        stdin = ""
        if len(words) > 2 and words[-2] == "<":
            stdin = FILES[words[-1]]; words = words[:-2]
        elif len(words) > 2 and words[-2] == "<<<":
            stdin = words[-1].encode("latin-1", "backslashreplace").decode("unicode_escape"); words = words[:-2]
        fresh()
        if before is None:
            before = tree()
            out.write(json.dumps({"files": before, "when": WHEN, "environment": ENV}, ensure_ascii=False) + "\n")
        argv = list(words)
        real = {"awk": "mawk"}.get(argv[0], argv[0])
        try:
            done = subprocess.run([argv[0]] + argv[1:], executable=shutil.which(real), cwd=ROOT, env=ENV, input=stdin.encode(), capture_output=True, timeout=10)
        except Exception as error:
            sys.exit(f"{number}: {line}: {error}")
        after = tree()
        changed = {k: after.get(k, False) for k in sorted(set(before) | set(after)) if before.get(k, False) != after.get(k, False)}
        # File names that end in / are directories; a text is what is in a file now, false is no file.
        out.write(json.dumps({"line": number, "argv": argv, "stdin": stdin,
            "out": done.stdout.decode("utf-8", "replace"), "err": done.stderr.decode("utf-8", "replace"),
            "status": done.returncode, "changed": changed}, ensure_ascii=False) + "\n")
    shutil.rmtree(ROOT)

main()
