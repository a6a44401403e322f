;;; The steps of emacs.py inside Emacs: opens a page, waits for its diagnostic, applies the fix, and follows a link.
;;; Every failed step ends Emacs with exit code 1.
;;;
;;; Emacs is set up with the lines in docs/editors.md. The environment gives PAGE (the path of docs/editors.md) and
;;; FILE (the page). The program is on the search path.

(require 'package)
(package-initialize)
(require 'markdown-mode)
(require 'flymake)

(defun check (is-true text)
  (unless is-true (error "failed: %s" text))
  (message "ok: %s" text))

(defun wait-for (condition)
  "Waits for up to a minute until CONDITION returns non-nil, and returns that."
  (let ((end (+ (float-time) 60)) found)
    (while (and (not (setq found (funcall condition))) (< (float-time) end))
      (accept-process-output nil 0.1))
    found))

(defun documented ()
  "Returns the block of Emacs Lisp in the page."
  (with-temp-buffer
    (insert-file-contents (getenv "PAGE"))
    (re-search-forward "```elisp\n\\(\\(?:.*\n\\)*?\\)```")
    (match-string 1)))

(defun found ()
  "Returns the diagnostics of the page."
  ;; Otherwise, eglot sends changes when Emacs is idle, which it never is in batch mode.
  (eglot--signal-textDocument/didChange)
  (flymake-start)
  (flymake-diagnostics))

(defun run ()
  (with-temp-buffer
    (insert (documented))
    (eval-buffer))
  (setq eglot-sync-connect 60 eglot-confirm-server-initiated-edits nil)
  (require 'eglot)
  (find-file (getenv "FILE"))
  (check (derived-mode-p 'markdown-mode) "the page is in markdown-mode")
  (apply #'eglot (eglot--guess-contact))
  (check (eglot-current-server) "the server starts")
  (check (wait-for #'found) "a diagnostic appears")
  (check (string-match-p "differs" (flymake-diagnostic-text (car (found)))) "it is that of the stale text")
  (goto-char (flymake-diagnostic-beg (car (found))))
  (check (looking-at "Ferry line opens") "it is at the text of the link")
  (let* ((actions (eglot-code-actions (point) (point) "quickfix"))
         (preferred (seq-find (lambda (action) (eq t (plist-get action :isPreferred))) actions)))
    (check preferred "one fix is preferred")
    (eglot--apply-workspace-edit (plist-get preferred :edit)))
  (check (save-excursion (goto-char (point-min)) (search-forward "[Ferry line reopens]" nil t)) "the fix is applied")
  (check (wait-for (lambda () (not (found)))) "the diagnostic disappears")
  (goto-char (point-min))
  (search-forward "[Ferry")
  (xref-find-definitions "LSP identifier at point.")
  (check (string-match-p "ferry-line-reopens.md" (buffer-file-name)) "the jump leads to the related page")
  (check (looking-at "Ferry line reopens") "the cursor is on its title"))

(condition-case failure
    (run)
  (error (message "%s" (error-message-string failure)) (kill-emacs 1)))
(kill-emacs 0)
