import { notifications } from '@mantine/notifications';

const CLOSE = { 'aria-label': 'Close this message' };

export function notifyError(title: string, message: string): void {
  notifications.show({ title, message, color: 'red', autoClose: 8_000, withBorder: true, closeButtonProps: CLOSE });
}

export function notifyDone(message: string): void {
  notifications.show({ message, color: 'green', autoClose: 4_000, withBorder: true, closeButtonProps: CLOSE });
}
