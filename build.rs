//! What `--version`, `doctor` and the window's *Setup* say of this build. The commit comes from whoever
//! releases (`cargo xtask dist`): asking git here would build everything anew at each commit.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=UNDERSCORE_COMMIT");
    let commit = std::env::var("UNDERSCORE_COMMIT");
    let build = commit.map_or_else(
        |_| "own build".to_owned(),
        |commit| format!("build {commit}"),
    );
    println!("cargo::rustc-env=UNDERSCORE_BUILD={build}");
    let target = std::env::var("TARGET").expect("cargo says for what it builds");
    println!("cargo::rustc-env=UNDERSCORE_TARGET={target}");
}
