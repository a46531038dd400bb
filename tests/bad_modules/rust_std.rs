//! A module with Rust's standard library: what its file shows is refused before any of it runs.
use std::cell::RefCell;

thread_local! {
    static KEPT: RefCell<Vec<u8>> = RefCell::new(Vec::new());
}

#[no_mangle]
pub extern "C" fn serai_module_entry() -> usize {
    KEPT.with(|kept| {
        kept.borrow_mut().push(1);
        kept.borrow().len()
    })
}
