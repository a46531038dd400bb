//! Memory: malloc and free, which the host and all modules share. They are the global allocator too, so that
//! `extern crate alloc` works with Rust 1.68 or newer. For older versions there is Buffer.

use core::alloc::{GlobalAlloc, Layout};
use core::ffi::c_void;
use core::{fmt, ptr, slice};

#[link(name = "c")]
extern "C" {
    fn malloc(size: usize) -> *mut c_void;
    fn aligned_alloc(alignment: usize, size: usize) -> *mut c_void;
    fn realloc(place: *mut c_void, size: usize) -> *mut c_void;
    fn free(place: *mut c_void);
    fn abort() -> !;
}

/// Ends the process on a panic, because unwinding needs std and must not cross the border.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    unsafe { abort() }
}

const MALLOC_ALIGNMENT: usize = 16;

struct Malloc;

unsafe impl GlobalAlloc for Malloc {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.align() <= MALLOC_ALIGNMENT {
            malloc(layout.size()) as *mut u8
        } else {
            aligned_alloc(layout.align(), layout.pad_to_align().size()) as *mut u8
        }
    }

    unsafe fn dealloc(&self, place: *mut u8, _: Layout) {
        free(place as *mut c_void)
    }
}

#[global_allocator]
static GLOBAL: Malloc = Malloc;

/// Moves a value to the heap, where take() frees it. Ends the process when there is no memory.
pub(crate) fn give<T>(value: T) -> *mut T {
    unsafe {
        // One byte more, so that a value of size 0 has an address.
        let layout = Layout::new::<(T, u8)>();
        let place = GLOBAL.alloc(layout) as *mut T;
        if place.is_null() {
            abort()
        }
        place.write(value);
        place
    }
}

/// Moves a value off the heap and frees its memory.
///
/// # Safety
/// `place` must come from give() of the same type, and must not be used again.
pub(crate) unsafe fn take<T>(place: *mut T) -> T {
    let value = place.read();
    free(place as *mut c_void);
    value
}

/// A growing byte buffer: `write!(buffer, "{}", count)`. Ends the process when there is no memory.
pub struct Buffer {
    data: *mut u8,
    size: usize,
    capacity: usize,
}

impl Buffer {
    /// Makes an empty buffer, which has no memory yet.
    pub const fn new() -> Self {
        Buffer { data: ptr::null_mut(), size: 0, capacity: 0 }
    }

    /// Appends a copy of the bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        unsafe {
            if bytes.len() > self.capacity - self.size {
                self.grow(bytes.len())
            }
            if !bytes.is_empty() {
                ptr::copy_nonoverlapping(bytes.as_ptr(), self.data.add(self.size), bytes.len());
            }
        }
        self.size += bytes.len();
    }

    /// All bytes written so far.
    pub fn bytes(&self) -> &[u8] {
        if self.size == 0 {
            return &[];
        }
        unsafe { slice::from_raw_parts(self.data, self.size) }
    }

    unsafe fn grow(&mut self, more: usize) {
        let capacity = match self.size.checked_add(more) {
            Some(needed) => needed.max(64).max(self.capacity.saturating_mul(2)),
            None => abort(),
        };
        self.data = realloc(self.data as *mut c_void, capacity) as *mut u8;
        if self.data.is_null() {
            abort()
        }
        self.capacity = capacity;
    }
}

impl Default for Buffer {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        unsafe { free(self.data as *mut c_void) }
    }
}

impl fmt::Write for Buffer {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text.as_bytes());
        Ok(())
    }
}
