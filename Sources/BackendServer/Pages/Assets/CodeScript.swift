/// The script of the page with a sign-in code: a button that copies it. Without the script the button is not there, and the
/// code can be selected with one tap.
package enum CodeScript {
    package static let text = """
        'use strict';
        (() => {
          const code = document.getElementById('code');
          const button = document.getElementById('copy');
          const copied = document.getElementById('copied');
          if (!code || !button || !copied || !navigator.clipboard) return;

          button.hidden = false;
          button.addEventListener('click', async () => {
            try {
              await navigator.clipboard.writeText(code.textContent);
              copied.textContent = 'Copied.';
            } catch {
              copied.textContent = 'The browser did not allow it. Please select the code and copy it.';
            }
          });
        })();

        """
}
