import Glibc
import POSIX
import Testing

@Suite struct ProcessFiguresTests {
  @Test("files that are open are counted, and not the directory that tells of them")
  func openFiles() async {
    await #expect(processExitsWith: .success) {
      func descriptors() -> Int {
        (0..<CInt(clamping: fileLimit())).count { fcntl($0, F_GETFD) >= 0 }
      }
      while true {
        let before = descriptors()
        let figures = try ProcessFigures.current()
        // The process has other threads, which may open something just now.
        guard descriptors() == before else { continue }
        #expect(figures.openFiles == before)
        #expect(figures.mostFiles == fileLimit())
        return
      }
    }
  }

  @Test("a process has memory, threads, and a time that it has run for")
  func figures() throws {
    let figures = try ProcessFigures.current()
    #expect(figures.virtualBytes > figures.residentBytes && figures.residentBytes > 0)
    #expect(figures.threads > 0 && figures.processorSeconds > 0)
  }
}
