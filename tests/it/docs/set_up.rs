//! Tests of `.ci/tools`, which installs what the tests need, and of `.ci/test`, which calls it.

use std::process::Output;

use crate::support::checkout::text_of;
use crate::support::git::clean_command;
use crate::support::process::{stderr, stdout, write_program};

/// A copy of the script in a checkout that contains nothing else.
struct Checkout {
    folder: tempfile::TempDir,
}

impl Checkout {
    fn new() -> Self {
        let checkout = Self { folder: tempfile::tempdir().expect("a folder") };
        checkout.write_program(".ci/tools", &text_of(".ci/tools"));
        let list = checkout.folder.path().join(".ci/requirements.txt");
        std::fs::write(list, "lxml==1\n").expect("a file");
        checkout
    }

    fn write_program(&self, path: &str, text: &str) {
        write_program(&self.folder.path().join(path), text);
    }

    /// Runs `.ci/tools`.
    fn run(&self, arguments: &str) -> Output {
        self.run_script(&format!(".ci/tools {arguments}"))
    }

    /// Runs a script. The search path contains only programs of the folder `bin`.
    fn run_script(&self, script: &str) -> Output {
        let path = self.folder.path().join("bin");
        let script = format!("PATH='{}'; exec \"$BASH\" {script}", path.display());
        let mut bash = clean_command("bash");
        bash.args(["-c", &script]).current_dir(self.folder.path());
        bash.output().expect("bash runs")
    }

    /// Adds stand-ins for the programs that the script calls. The stand-in for Python creates
    /// environments with empty programs, which succeed.
    fn add_programs(&self) {
        for name in ["cargo", "cc", "curl", "git"] {
            self.write_program(&format!("bin/{name}"), "#!/bin/sh\n");
        }
        for name in ["cat", "mkdir", "mv", "rm"] {
            let program = format!("#!/bin/sh\nPATH=/usr/bin:/bin exec {name} \"$@\"\n");
            self.write_program(&format!("bin/{name}"), &program);
        }
        let python = "#!/bin/sh\n\
            [ \"$1 $2\" = '-m venv' ] || exit 0\n\
            echo \"created $3\"\n\
            mkdir -p \"$3/bin\"\n\
            cat /dev/null >\"$3/bin/python\"\n\
            cat /dev/null >\"$3/bin/pre-commit\"\n\
            /bin/chmod 755 \"$3/bin/python\" \"$3/bin/pre-commit\"\n";
        self.write_program("bin/python3", python);
    }
}

#[test]
fn missing_programs_are_named_before_anything_is_built() {
    let checkout = Checkout::new();
    let output = checkout.run("");
    assert_eq!(output.status.code(), Some(1));
    let errors = stderr(&output);
    for name in
        ["- Rust, with cargo", "- a C compiler named cc", "- curl", "- git", "- Python 3 with venv"]
    {
        assert!(errors.contains(&format!("{name}\n")), "{errors}");
    }
    assert!(errors.contains("apt-get install gcc libc6-dev curl git python3-venv"), "{errors}");
    assert!(!checkout.folder.path().join("target").exists());
    let packages = stdout(&checkout.run("--missing"));
    assert!(packages.starts_with("gcc\nlibc6-dev\ncurl\ngit\npython3-venv\n"), "{packages}");
}

#[test]
fn programs_are_installed_once_and_again_if_they_changed_moved_or_do_not_run() {
    let checkout = Checkout::new();
    checkout.add_programs();
    let root = checkout.folder.path();
    let assert_installs = |expected: bool, case: &str| {
        let output = checkout.run("");
        assert!(output.status.success(), "{case}: {}", stderr(&output));
        assert_eq!(stdout(&output) == "created target/tools\n", expected, "{case}: {output:?}");
        assert!(!stdout(&checkout.run("")).contains("created"), "{case}: installed twice");
    };
    assert_installs(true, "the first run");
    std::fs::write(root.join(".ci/requirements.txt"), "lxml==2\n").expect("a file");
    assert_installs(true, "another version");
    checkout.write_program("target/tools/bin/pre-commit", "#!/gone/python\n");
    assert_installs(true, "a program without its interpreter");
    checkout.write_program("target/tools/bin/python", "#!/bin/sh\nexit 1\n");
    assert_installs(true, "a Python without the libraries");
    let moved = Checkout { folder: tempfile::tempdir().expect("a folder") };
    for name in [".ci", "bin", "target"] {
        std::fs::rename(root.join(name), moved.folder.path().join(name)).expect("a folder");
    }
    assert_eq!(stdout(&moved.run("")), "created target/tools\n");
}

#[test]
fn tests_are_built_only_if_nothing_is_missing() {
    let checkout = Checkout::new();
    checkout.add_programs();
    checkout.write_program(".ci/test", &text_of(".ci/test"));
    checkout.write_program("bin/cargo", "#!/bin/sh\necho \"cargo $*\"\n");
    for name in ["bash", "dirname"] {
        let program = format!(
            "#!/bin/sh\nprogram=$(PATH=/usr/bin:/bin && command -v {name})\nexec \"$program\" \"$@\"\n"
        );
        checkout.write_program(&format!("bin/{name}"), &program);
    }
    std::fs::remove_file(checkout.folder.path().join("bin/git")).expect("a program");
    let output = checkout.run_script(".ci/test --lib");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stdout(&output), "");
    assert!(stderr(&output).contains("\n- git\n"), "{}", stderr(&output));
    checkout.write_program("bin/git", "#!/bin/sh\n");
    let output = checkout.run_script(".ci/test --lib");
    assert!(stdout(&output).ends_with("\ncargo test --lib\n"), "{output:?}");
}
