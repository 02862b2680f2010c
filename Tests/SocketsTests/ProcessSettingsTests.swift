import Glibc
import POSIX
import Sockets
import Testing

@Suite struct ProcessSettingsTests {
  @Test("the limit of open files is raised to the hard limit, within reason")
  func fileLimits() async {
    await #expect(processExitsWith: .success) {
      var limit = rlimit(rlim_cur: 256, rlim_max: 512)
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      let figures = [
        fileLimit(), try raiseFileLimit(most: 300), try raiseFileLimit(), fileLimit(),
      ]
      #expect(figures == [256, 300, 512, 512])
    }
  }

  @Test("SIGPIPE does not end the process")
  func brokenPipe() async {
    await #expect(processExitsWith: .success) {
      ignoreSIGPIPE()
      raise(SIGPIPE)
    }
  }
}
