// Calls of Linux that glibc declares only for _GNU_SOURCE, which Swift's Glibc does not set.
#include <sys/types.h>

/// fallocate(2)
extern int fallocate(int descriptor, int mode, off_t offset, off_t length);
/// rename(2)
extern int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned int flags);

enum {
    /// linux/falloc.h
    FALLOCATE_KEEP_SIZE = 1,
    /// linux/fs.h
    RENAME_BY_EXCHANGE = 2,
};
