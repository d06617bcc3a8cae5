//! The wasm build's way in, and what a module needs that no runtime brings: memory, an end for
//! panics, and the host function that verifies signatures. All are done as sp-io does them for a
//! runtime.

use crate::{judge, Task, Work};
use alloc::string::ToString;
use codec::Decode;
use core::{
    alloc::{GlobalAlloc, Layout},
    panic::PanicInfo,
    ptr, slice,
};

/// What the host aligns each allocation to.
const HOST_ALIGN: usize = 8;

#[link(wasm_import_module = "env")]
extern "C" {
    fn ext_allocator_malloc_version_1(size: usize) -> *mut u8;
    fn ext_allocator_free_version_1(ptr: *mut u8);
    fn ext_crypto_ed25519_verify_version_1(
        signature: *const u8,
        message: u64,
        key: *const u8,
    ) -> u32;
}

/// The allocator of the host, which also places the input and so has to know of all memory.
struct HostAllocator;

#[global_allocator]
static ALLOCATOR: HostAllocator = HostAllocator;

// SAFETY: until it is freed, an allocation of the host's is of nobody else, and aligned to
// `HOST_ALIGN`. What needs more, as the numbers of CBOR do, is moved up within a larger one, by
// `HOST_ALIGN` at the least and by its alignment at the most; where the larger one begins is written
// in front of it.
unsafe impl GlobalAlloc for HostAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let align = layout.align();
        if align <= HOST_ALIGN {
            return ext_allocator_malloc_version_1(layout.size());
        }
        let start = ext_allocator_malloc_version_1(layout.size() + align);
        if start.is_null() {
            return ptr::null_mut();
        }
        let aligned = start.add(align - start as usize % align);
        aligned.cast::<*mut u8>().sub(1).write(start);
        aligned
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        let start = match layout.align() <= HOST_ALIGN {
            true => ptr,
            false => ptr.cast::<*mut u8>().sub(1).read(),
        };
        ext_allocator_free_version_1(start)
    }
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// As host and guest tell each other of bytes: their length in the upper half, where they are in the
/// lower.
fn packed(bytes: &[u8]) -> u64 {
    ((bytes.len() as u64) << 32) | bytes.as_ptr() as usize as u64
}

/// The host's verification of an Ed25519 signature.
pub(crate) fn ed25519_verify(signature: &[u8; 64], message: &[u8], key: &[u8; 32]) -> bool {
    // SAFETY: the host reads what is borrowed here, no more of it and no longer than the call.
    let good = unsafe {
        ext_crypto_ed25519_verify_version_1(signature.as_ptr(), packed(message), key.as_ptr())
    };
    good != 0
}

/// [`crate::judge`] of the SCALE-encoded arguments; the verdict's text, [`packed`].
///
/// # Safety
/// `input` points to `len` bytes, as the executor sees to.
#[export_name = "judge"]
unsafe extern "C" fn judge_encoded(input: *const u8, len: usize) -> u64 {
    let mut input = slice::from_raw_parts(input, len);
    let verdict = match <(Task, Work)>::decode(&mut input) {
        Ok((task, work)) => judge(&task, work),
        Err(error) => error.to_string(),
    };
    // The host reads it after the return, and drops the instance with all its memory.
    packed(verdict.leak().as_bytes())
}
