//! Reads the contents of objects through one long-running `git cat-file --batch`.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// Reads objects by id. The first call of [`read`](Self::read) starts git, and dropping this value
/// ends it.
#[derive(Debug)]
pub struct Blobs {
    state: Mutex<BatchState>,
}

#[derive(Debug)]
enum BatchState {
    Idle(Command),
    Running(Batch),
    /// Git failed once. Its next output could belong to an earlier request, so nothing more is
    /// read.
    Failed(BlobError),
}

/// The reason why the content of an object cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BlobError {
    /// The repository does not contain the object. This is possible in a partial clone.
    #[error("this repository does not contain the object {0}")]
    Missing(String),
    /// Git cannot be started.
    #[error("cannot run git: {0}")]
    Start(String),
    /// Git returns no answer, or an answer that cannot be parsed.
    #[error("cannot read from git: {0}")]
    Answer(String),
}

#[derive(Debug)]
struct Batch {
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Blobs {
    /// Creates a reader that starts git with `command`.
    pub(super) fn new(command: Command) -> Self {
        Self { state: Mutex::new(BatchState::Idle(command)) }
    }

    /// Returns the content of an object.
    ///
    /// # Errors
    /// Returns a [`BlobError`] if the object is missing, or if git cannot be run or read.
    pub fn read(&self, id: &str) -> Result<Vec<u8>, BlobError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let BatchState::Idle(command) = &mut *state {
            *state = match Batch::start(command) {
                Ok(batch) => BatchState::Running(batch),
                Err(error) => BatchState::Failed(BlobError::Start(error.to_string())),
            };
        }
        let batch = match &mut *state {
            BatchState::Running(batch) => batch,
            BatchState::Failed(error) => return Err(error.clone()),
            BatchState::Idle(_) => return Err(BlobError::Answer("it was not started".to_owned())),
        };
        match batch.ask(id) {
            Ok(Some(content)) => Ok(content),
            Ok(None) => Err(BlobError::Missing(id.to_owned())),
            Err(error) => {
                let error = BlobError::Answer(error.to_string());
                *state = BatchState::Failed(error.clone());
                Err(error)
            }
        }
    }
}

impl Batch {
    fn start(command: &mut Command) -> io::Result<Self> {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (questions, answers) = pipes.ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Self { child, questions: Some(questions), answers: BufReader::new(answers) })
    }

    /// Requests one object. Git answers with `id type size`, a line feed, the content and a line
    /// feed, or with `id missing`. Returns `None` for a missing object.
    fn ask(&mut self, id: &str) -> io::Result<Option<Vec<u8>>> {
        let questions = self.questions.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        questions.write_all(format!("{id}\n").as_bytes())?;
        questions.flush()?;
        let mut head = String::new();
        if self.answers.read_line(&mut head)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut fields = head.split_whitespace().skip(2);
        let Some(size) = fields.next().and_then(|size| size.parse::<usize>().ok()) else {
            return Ok(None);
        };
        let mut content = Vec::new();
        (&mut self.answers).take(size as u64).read_to_end(&mut content)?;
        let mut end = [0];
        self.answers.read_exact(&mut end)?;
        if content.len() != size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Some(content))
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        // Git exits when its standard input is closed.
        self.questions = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
