# The whole user land of the booted machine: says over the first serial port that it runs, and with which kernel
# command line, then switches the machine off. No library, so that the initrd is a few hundred bytes.
    .intel_syntax noprefix
    .globl _start
    .text
_start:
    mov eax, 165                # mount("proc", "/proc", "proc", 0, 0)
    lea rdi, [rip + proc]
    lea rsi, [rip + proc_folder]
    lea rdx, [rip + proc]
    xor r10d, r10d
    xor r8d, r8d
    syscall
    mov eax, 2                  # open("/dev/ttyS0", O_RDWR | O_NOCTTY)
    lea rdi, [rip + port]
    mov esi, 0402
    xor edx, edx
    syscall
    mov ebx, eax
    mov eax, 1                  # write(port, marker)
    mov edi, ebx
    lea rsi, [rip + marker]
    mov edx, offset marker_end - marker
    syscall
    mov eax, 2                  # open("/proc/cmdline", O_RDONLY)
    lea rdi, [rip + cmdline]
    xor esi, esi
    xor edx, edx
    syscall
    mov edi, eax
    xor eax, eax                # read(cmdline, buffer)
    lea rsi, [rip + buffer]
    mov edx, 4096
    syscall
    mov edx, eax
    mov eax, 1                  # write(port, buffer)
    mov edi, ebx
    lea rsi, [rip + buffer]
    syscall
    mov eax, 1                  # write(port, end)
    mov edi, ebx
    lea rsi, [rip + end]
    mov edx, offset end_end - end
    syscall
    mov eax, 16                 # ioctl(port, TCSBRK, 1): until all is sent
    mov edi, ebx
    mov esi, 0x5409
    mov edx, 1
    syscall
    mov eax, 169                # reboot(RB_POWER_OFF)
    mov edi, 0xfee1dead
    mov esi, 672274793
    mov edx, 0x4321fedc
    xor r10d, r10d
    syscall
wait:
    mov eax, 34                 # pause()
    syscall
    jmp wait

    .data
proc:        .asciz "proc"
proc_folder: .asciz "/proc"
port:        .asciz "/dev/ttyS0"
cmdline:     .asciz "/proc/cmdline"
marker:      .ascii "\r\nBOOTED FROM THE NETWORK: "
marker_end:
end:         .ascii "\r\nGOOD NIGHT\r\n"
end_end:
    .bss
buffer:      .skip 4096
