//! serai: gameplay modules in Rust. No std, no dependencies, Rust 1.63 or newer.
//!
//! A module is its manifest and its kinds; a kind is the type of an entity's state:
//!
//! ```ignore
//! impl serai::Kind for Counter { … }
//! serai::module!(br#"{"serai":1,"name":"counter", …}"#, [Counter]);
//! ```
//!
//! Panics   end the process, and the host's supervisor brings back what was committed: check what comes from
//!          outside, index and divide by nothing that could fail.
//! Statics  none: several versions live in one process, and a swap loses them.
//! Threads  one call at a time for one entity.
//!
//! `../examples/rust_counter` is a whole module; the SDK's README says what a manifest holds.
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

/// Why a handler refuses: the call has no effects then. An empty `why` leaves the text to the host.
pub struct Refusal {
    /// One of abi's error numbers, which the client gets.
    pub status: Status,
    /// The code for the caller, such as "not_a_number".
    pub why: &'static str,
}

/// How a run of a handler ends when it is not refused.
pub enum Next<W> {
    /// It has done all.
    Done,
    /// It waits for what it has begun by call() or sleep(), and keeps this until then.
    Wait(W),
}

/// What handlers return.
pub type Answer<W> = Result<Next<W>, Refusal>;

/// The state of an entity, and what is done with it.
pub trait Kind: Sized + 'static {
    /// What a waiting handler keeps; `()` if none waits.
    type Waiting: 'static;

    /// A fresh entity.
    fn create(key: &str) -> Self;
    /// Reads a state of a schema that the manifest lists under "reads", or says why not.
    fn import(schema: u32, bytes: &[u8]) -> Result<Self, &'static str>;
    /// Writes the state in a schema that the manifest lists under "writes".
    fn export(&self, schema: u32, out: &mut Sink) -> Result<(), Refusal>;
    /// Does what the message asks; message.handler() is the place in the manifest's list.
    fn handle(&mut self, call: &mut Call, message: &Message) -> Answer<Self::Waiting>;
    /// Goes on when the wait is over.
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
