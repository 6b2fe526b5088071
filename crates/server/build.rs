//! The single-page app is compiled into the binary, so a new build of it must reach a new build of the server.

fn main() {
    println!("cargo::rerun-if-changed=../../frontend/dist");
}
