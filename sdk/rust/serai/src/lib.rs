//! serai: gameplay modules in Rust. No std, no dependencies, Rust 1.63 or newer.
//!
//! A module is its manifest and its kinds; a kind is the type of an entity's state:
//!
//! ```ignore
//! impl serai::Kind for Counter { … }
//! serai::module!(br#"{"serai":1,"name":"counter", …}"#, [Counter]);
//! ```
//!
//! Panics   end the process; the host's supervisor restarts it with all committed data. So check all input, and
//!          avoid an index or a division that could fail.
//! Statics  must not be used, because several versions are in one process and a swap loses them.
//! Threads  one call at a time for one entity.
//!
//! `../examples/rust_counter` is a whole module; the SDK's README describes the manifest.
#![no_std]
#![warn(missing_docs)]

pub mod abi;
mod call;
#[doc(hidden)]
pub mod entry;
mod memory;

pub use abi::Status;
pub use call::{Call, Completion, Message, Sink, Target};
pub use memory::Buffer;

/// A handler's refusal, after which the call has no effects. With an empty `why` the host chooses the text.
pub struct Refusal {
    /// One of abi's error numbers. Clients get it.
    pub status: Status,
    /// The code for the caller, such as "not_a_number".
    pub why: &'static str,
}

/// The end of a run of a handler that does not refuse.
pub enum Next<W> {
    /// The handler has finished.
    Done,
    /// The handler waits for the call() or sleep() that it has begun. This value is saved until then.
    Wait(W),
}

/// The result of a handler.
pub type Answer<W> = Result<Next<W>, Refusal>;

/// The state of an entity, and the functions of its kind.
pub trait Kind: Sized + 'static {
    /// The value that a waiting handler saves; `()` if no handler waits.
    type Waiting: 'static;

    /// Makes a new entity.
    fn create(key: &str) -> Self;
    /// Reads a state of a schema that the manifest lists under "reads", or returns the reason of the refusal.
    fn import(schema: u32, bytes: &[u8]) -> Result<Self, &'static str>;
    /// Writes the state in a schema that the manifest lists under "writes".
    fn export(&self, schema: u32, out: &mut Sink) -> Result<(), Refusal>;
    /// Handles a message. message.handler() is the handler's index in the manifest's list.
    fn handle(&mut self, call: &mut Call, message: &Message) -> Answer<Self::Waiting>;
    /// Continues a handler whose wait has ended. `kept` is the value that it saved.
    fn resume(
        &mut self,
        call: &mut Call,
        kept: Self::Waiting,
        done: &Completion,
    ) -> Answer<Self::Waiting>;
}

/// Makes the library's one exported symbol: `module!(br#"…manifest…"#, [Kind, …])`, kinds in the manifest's
/// order.
#[macro_export]
macro_rules! module {
    ($manifest:expr, [$($kind:ty),+ $(,)?]) => {
        const SERAI_TEXT: &[u8] = $manifest;

        #[used]
        #[link_section = ".serai.manifest"]
        static SERAI_MANIFEST: [u8; SERAI_TEXT.len()] =
            unsafe { *(SERAI_TEXT.as_ptr() as *const [u8; SERAI_TEXT.len()]) };

        struct SeraiKinds;
        impl $crate::entry::Kinds for SeraiKinds {
            const ALL: &'static [$crate::entry::Functions] =
                &[$($crate::entry::Of::<$kind>::FUNCTIONS),+];
        }

        #[no_mangle]
        #[allow(non_upper_case_globals)]
        pub static serai_module_entry: $crate::abi::Module =
            $crate::entry::module::<SeraiKinds>(&SERAI_MANIFEST);
    };
}
