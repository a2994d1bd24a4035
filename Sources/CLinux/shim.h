// Calls of Linux that glibc declares only for _GNU_SOURCE, which Swift's Glibc does not set.
#include <sys/types.h>
#include <sys/uio.h>

/// fallocate(2)
extern int fallocate(int descriptor, int mode, off_t offset, off_t length);
/// rename(2)
extern int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned int flags);
/// pwritev2(2)
extern ssize_t pwritev2(int descriptor, const struct iovec *pieces, int count, off_t offset, int flags);

enum {
    /// linux/falloc.h
    FALLOCATE_KEEP_SIZE = 1,
    /// linux/fs.h
    RENAME_WITHOUT_REPLACING = 1,
    RENAME_BY_EXCHANGE = 2,
    /// RWF_NOWAIT, linux/fs.h
    WRITE_WITHOUT_WAITING = 8,
    /// F_SETPIPE_SZ and F_GETPIPE_SZ, linux/fcntl.h
    PIPE_SET_SIZE = 1031,
    PIPE_GET_SIZE = 1032,
};
