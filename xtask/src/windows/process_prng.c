/* Stands in for `bcryptprimitives.dll`, which Wine before 9 lacks: the one function that Rust's standard library
 * takes from it. */
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T num_bytes)
{
    return RtlGenRandom(data, (ULONG)num_bytes);
}
