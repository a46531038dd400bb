//! The linker's flags: a build id, by which the host distinguishes builds, and an error for undefined symbols.
fn main() {
    println!("cargo:rustc-cdylib-link-arg=-Wl,--build-id=sha1");
    println!("cargo:rustc-cdylib-link-arg=-Wl,-z,defs");
}
