/* Random octets as Windows 10 gives them, and as every Rust program since 1.78 asks for them; wine 8 has no such library. */
#include <windows.h>
#include <ntsecapi.h>

#define MAX_AT_ONCE 65536

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE octets, SIZE_T count)
{
    while (count > 0) {
        ULONG some = count < MAX_AT_ONCE ? (ULONG)count : MAX_AT_ONCE;
        if (!RtlGenRandom(octets, some))
            return FALSE;
        octets += some;
        count -= some;
    }
    return TRUE;
}
